"""`python -m core.reading KIND FILE [FILE …]`"""

import sys

from core.reading.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
