"""`python -m cpbqa` is the same program as `cpbqa`."""

import sys

from .cli import main

sys.exit(main())
