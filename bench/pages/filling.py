"""``python -m bench.pages.filling SITE``: a site in this folder gets accounts, the results told to it on its standard
input, one folder a line, and runs for its worker to be busy with. Prints a session of each role: role, cookie, key."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.province import BRANCHES, MONTHS
from steelyard.web.site.serving import ready


def main(home: Path, folders: list[Path]) -> None:
    ready(home)
    from steelyard.web.site import demonstration  # Django has to be set up first
    from tools.walking import sessions

    now = datetime.now(UTC)
    *earlier, last = folders
    demonstration.fill(last, [], now, passwords=False)
    for folder in earlier:
        demonstration.add(folder, now)
    demonstration.put_to_work(BRANCHES, MONTHS, now)
    for role, (name, key) in sessions():
        print(role, name, key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(line.strip()) for line in sys.stdin])
