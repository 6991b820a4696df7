"""The printer: what an appendix says comes in by standard input, its PDF goes out by standard output.

It runs as a process of its own, with bounds on memory and time, behind everything else that the machine does: a page to print keeps no
memory of the server, and one that cannot be printed takes nothing down with it. It imports nothing of ours.
"""

import json
import os
import resource
import sys
from pathlib import Path

import typst

SHEET = Path(__file__).with_name("appendix.typ")
MEMORY = 3 * 1024**3  # bytes of address space; what is really used stays far below
BEHIND = 10  # how far behind other work


def main() -> None:
    """Print one appendix."""
    os.nice(BEHIND)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.load(sys.stdin)
    # The letters that came with the printer are chosen first; those of the machine fill what they lack.
    letters = typst.Fonts(include_system_fonts=True)
    printed = typst.compile(
        SHEET,
        root=SHEET.parent,
        font_paths=letters,
        format="pdf",
        sys_inputs={"said": asked["said"]},
        timestamp=asked["made"],
    )
    sys.stdout.buffer.write(printed)


if __name__ == "__main__":
    main()
