"""Work after a commit is guarded: what fails there would turn what is saved into an error, see the helper's words."""

import re

import pytest
import sources

ALLOWED = sources.ADDONS / "omni_base/tools/transactions.py"


@pytest.mark.parametrize("addon", sources.addons())
def test_nothing_is_called_after_a_commit_without_the_guard(addon):
    found = [
        f"{path}:{text[: match.start()].count(chr(10)) + 1}"
        for path, text in sources.texts(addon)
        if path.suffix == ".py" and path != ALLOWED and "tests" not in path.parts
        for match in re.finditer(r"post(?:commit|rollback)\.add\b", text)
    ]
    assert found == []
