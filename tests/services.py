"""A PostgreSQL server for one test session: no port, no password, no files left behind."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of an empty database, or None where no server is installed."""
    given = os.environ.get("TEST_DATABASE_URL")
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if given or not binaries:
        yield given
        return
    # Socket paths end at 107 characters, which pytest's own folders often pass.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        yield _start(binaries[-1].parent, folder)
    finally:
        _as_nobody(binaries[-1].parent / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _start(binaries: Path, folder: Path) -> str:
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    _as_nobody(binaries / "initdb", "-D", folder / "data", "-U", "tester", "--auth=trust", "--no-sync", "-E", "UTF8")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _as_nobody(binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
    return f"postgresql://tester@/postgres?host={quote(str(folder), safe='')}"


def _as_nobody(*command: str | Path) -> None:
    """The server refuses to run as root, and CI is root."""
    user = "nobody" if os.geteuid() == 0 else None
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=60)
