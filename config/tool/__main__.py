"""The project's commands; `make help` lists them. Needs nothing but Python 3.11 or 3.12."""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 12):
    sys.exit(
        "Python 3.11 or 3.12 is needed and this is {}.{}: install python3.11, or name it, for example make "
        "PYTHON=python3.11.".format(*sys.version_info)
    )

from commands import main  # only now: an older Python cannot even read it

sys.exit(main(sys.argv[1:]))
