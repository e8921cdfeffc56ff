"""`python -m myclothes`."""

import sys

from myclothes.cli import main

if __name__ == "__main__":
    sys.exit(main())
