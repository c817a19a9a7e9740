"""The add-ons' sources, read without running them: which models, fields and methods each one defines, and where."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
BASE = "omni_base"
TEXT = {".py", ".xml", ".js", ".csv", ".scss", ".css", ".po", ".pot", ".md", ".rst", ".html", ".json", ".svg", ".txt"}


def addons() -> list[str]:
    """The names of all add-ons; the base plate comes first."""
    names = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
    return sorted(names, key=lambda name: name != BASE)


def bricks() -> list[str]:
    return [name for name in addons() if name != BASE]


def texts(addon: str) -> Iterator[tuple[Path, str]]:
    """(path, content) of every file of the add-on that people write."""
    for path in sorted((ADDONS / addon).rglob("*")):
        if path.suffix in TEXT and "__pycache__" not in path.parts and "/static/lib/" not in path.as_posix():
            yield path, path.read_text()


@dataclass(frozen=True)
class Model:
    """One Python class that makes a model (`created`) or extends one."""

    addon: str
    path: Path
    name: str
    created: bool
    parents: tuple[str, ...]
    node: ast.ClassDef

    def where(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"

    @property
    def methods(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in self.node.body if isinstance(node, ast.FunctionDef)}

    @property
    def fields(self) -> dict[str, ast.Assign]:
        """{name: its assignment} of `name = fields.Kind(...)`."""
        return {
            node.targets[0].id: node
            for node in self.node.body
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and isinstance(node.value.func.value, ast.Name)
            and node.value.func.value.id == "fields"
        }


def strings(node: ast.expr | None) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.List | ast.Tuple):
        return [text for element in node.elts for text in strings(element)]
    return []


@cache
def models(addon: str) -> tuple[Model, ...]:
    """Every model class of the add-on, tests left out."""
    found = []
    for path in sorted((ADDONS / addon).rglob("*.py")):
        if "tests" in path.relative_to(ADDONS / addon).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ClassDef):
                continue
            attributes = {
                target.id: line.value
                for line in node.body
                if isinstance(line, ast.Assign)
                for target in line.targets
                if isinstance(target, ast.Name)
            }
            name, parents = strings(attributes.get("_name")), strings(attributes.get("_inherit"))
            if name:
                found.append(Model(addon, path, name[0], name[0] not in parents, tuple(parents), node))
            elif parents:
                found += [Model(addon, path, parent, False, tuple(parents), node) for parent in parents]
    return tuple(found)


def calls_super(method: ast.FunctionDef) -> bool:
    """Whether the method calls `super().<its own name>(...)`."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method.name
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Name)
        and node.func.value.func.id == "super"
        for node in ast.walk(method)
    )
