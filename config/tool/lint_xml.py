"""XML files of the add-ons: well-formed, four spaces a level, no tabs, no trailing blanks, one newline at the end.

Where an element, its end or a comment is the first thing on a line, that line is indented by its depth. Attributes on
lines of their own and text are left as they are, and so is the text of a letter, `<field type="html">`.
"""

from pathlib import Path
from xml.parsers import expat

INDENT = 4


class _Malformed(Exception):
    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


def _wanted(text: str) -> dict[int, int]:
    """{line number: column} for every line that begins with a tag or a comment."""
    wanted: dict[int, int] = {}
    lines = text.split("\n")
    parser = expat.ParserCreate()
    depth = letter = 0

    def mark(level):
        if letter:
            return
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber
        if not lines[line - 1][:column].strip():
            wanted.setdefault(line, level * INDENT)

    def start(name, attributes):
        nonlocal depth, letter
        mark(depth)
        depth += 1
        if letter or attributes.get("type") == "html":
            letter += 1

    def end(name):
        nonlocal depth, letter
        depth -= 1
        letter = max(letter - 1, 0)
        mark(depth)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CommentHandler = lambda data: mark(depth)
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise _Malformed(error.lineno, expat.errors.messages[error.code]) from error
    return wanted


def problems(path: Path) -> list[tuple[int, str]]:
    """[(line number, what is wrong)] of one file, in the order of the lines."""
    text = path.read_text()
    lines = text.split("\n")
    try:
        wanted = _wanted(text)
    except _Malformed as error:
        return [(error.line, f"not well-formed: {error}")]
    found = []
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            found.append((number, "tab character"))
        if line != line.rstrip():
            found.append((number, "blanks at the end of the line"))
        indent = len(line) - len(line.lstrip())
        if number in wanted and indent != wanted[number]:
            found.append((number, f"indented by {indent} blanks instead of {wanted[number]}"))
    if not text.endswith("\n") or text.endswith("\n\n"):
        found.append((len(lines), "the file does not end with one newline"))
    return found


def fix(path: Path) -> None:
    """Rewrite the file so that `problems` finds nothing; raises nothing on one that is not well-formed."""
    text = path.read_text().replace("\t", " " * INDENT)
    try:
        wanted = _wanted(text)
    except _Malformed:
        return
    fixed, shift = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        indent = len(line) - len(line.lstrip())
        if number in wanted:
            shift = wanted[number] - indent
        # What continues an element (its attributes, its text) moves along with it.
        fixed.append((" " * max(indent + shift, 0) + line.lstrip()).rstrip())
    path.write_text("\n".join(fixed).rstrip("\n") + "\n")
