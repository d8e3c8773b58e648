"""Leaves a locked `.venv` in the checkout. Needs Python 3.11 or later and nothing else.

Every package comes from the lock files and is refused if its hash differs. A stamp inside `.venv` says what it
holds: when it fits, a second call ends at once; when a set-up was interrupted, or the checkout or its Python
moved, the next call starts from an empty `.venv`. A `.venv` that somebody else made is taken over.
"""

from __future__ import annotations

import ensurepip
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "steelyard.stamp"
WHEELS = ROOT / "out" / "wheels"
ASSETS = PYTHON, ROOT / "tools" / "assets.py"
RUNTIME, TESTS = "requirements.lock", "requirements-dev.lock"
BASE_PYTHON = Path(sys.executable).resolve()  # not the one inside `.venv`, which may be about to go
UNFINISHED = "unfinished"
PIP_ELSEWHERE = 23
"""Since this version pip installs for another Python (``--python``)."""


def main(arguments: list[str]) -> int:
    """``prepare.py`` sets up what a user needs, ``prepare.py --tests`` what a developer needs as well, ``prepare.py
    --wheels`` fetches what a machine without internet needs."""
    if arguments not in ([], ["--tests"], ["--wheels"]):
        usage = "python3 tools/prepare.py [--tests | --wheels]"
        return _fail(f"用法：{usage}", f"usage: {usage}")
    locks = (RUNTIME, TESTS) if arguments == ["--tests"] else (RUNTIME,)
    try:
        with _alone():
            if not _holds(locks):
                _set_up(locks)
            _call(*ASSETS)  # looks at its own stamp
            if arguments == ["--wheels"]:
                _fetch_wheels()
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        return _fail(
            f"安装未完成（{command}）。请按上面的提示处理后再运行一次，会自动修复",
            f"set-up stopped ({command}). Mend what is said above and run it again: it repairs itself",
        )
    except KeyboardInterrupt:
        return _fail("安装被中断；再运行一次会自动修复", "set-up was interrupted; run it again and it repairs itself")
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups in one checkout would delete each other's work, so the second one waits."""
    with (ROOT / RUNTIME).open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("另一个安装正在进行，等待…… another set-up is running, waiting", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _holds(locks: tuple[str, ...]) -> bool:
    written = _stamp()
    return PYTHON.exists() and any(written == _full_stamp(held) for held in (locks, (RUNTIME, TESTS)))


def _set_up(locks: tuple[str, ...]) -> None:
    started = time.monotonic()
    if not _can_be_kept():
        _step("新建 .venv", "making .venv")
        _start_over()
    STAMP.write_text(UNFINISHED, "utf8")
    with ExitStack() as beside:  # another registry, other packages: both wait for the network most of the time
        npm = shutil.which("npm") and shutil.which("node")
        if npm:
            beside.enter_context(_meanwhile(*ASSETS))
        _step("取得安装器 uv", "fetching the installer, uv")
        _install_uv()
        if not npm:  # npm itself is then a Python package
            beside.enter_context(_meanwhile(*ASSETS))
        for lock in locks:
            _step(f"按 {lock} 安装", f"installing {lock}")
            # The one package that is built here (pyspark) is built with locked tools, not with what is newest today.
            _uv("sync", "--require-hashes", "--no-build-isolation", lock)
        _step("安装公平秤", "installing steelyard")
        _uv("install", "--no-deps", "--no-build-isolation", "--editable", ".")
    STAMP.write_text(_full_stamp(locks), "utf8")
    _step(f"就绪，用时 {time.monotonic() - started:.0f} 秒", "ready")


def _can_be_kept() -> bool:
    """Ours, finished and unmoved; or somebody else's that works. A half-made one never is: nobody knows which half."""
    written = _stamp()
    if written is not None:
        return written.startswith(_home()) and PYTHON.exists()
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0


def _start_over() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    STAMP.write_text(UNFINISHED, "utf8")
    _call(BASE_PYTHON, "-m", "venv", "--without-pip", VENV)


def _install_uv() -> None:
    """The lock's own lines about uv, handed to pip: it too must have the hash that the lock names."""
    lines = re.search(r"^uv==.*?(?=^\S|\Z)", (ROOT / RUNTIME).read_text("utf8"), re.MULTILINE | re.DOTALL)
    assert lines, "the lock names uv, because pyproject.toml does"
    wanted = VENV / "uv.txt"
    wanted.write_text(lines.group(), "utf8")
    _call(*_pip(), "install", "-qq", "--require-hashes", "--no-deps", "--no-compile", "--requirement", wanted)


def _pip() -> tuple[str | Path, ...]:
    """The machine's own pip, if it is one that installs elsewhere: it is compiled. Else the one that Python brings
    along, out of its wheel: installing it first takes longer than all the rest."""
    found = re.match(r"pip (\d+)\.", _told(BASE_PYTHON, "-m", "pip", "--version"))
    if found and int(found.group(1)) >= PIP_ELSEWHERE:
        return BASE_PYTHON, "-m", "pip", "--python", PYTHON
    wheel = Path(ensurepip.__file__).parent / "_bundled" / f"pip-{ensurepip.version()}-py3-none-any.whl"
    if wheel.exists():
        return PYTHON, wheel / "pip"
    _call(PYTHON, "-m", "ensurepip")
    return PYTHON, "-m", "pip"


def _fetch_wheels() -> None:
    """With the pip that set up: a `python3` on the path may be the one of `.venv`, which has none."""
    only = "--quiet", "--require-hashes", "--only-binary", ":all:"
    _call(*_pip(), "download", *only, "--requirement", RUNTIME, "--dest", WHEELS)
    shutil.copy(ROOT / RUNTIME, WHEELS)


def _told(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _uv(verb: str, *arguments: str) -> None:
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    _call(VENV / "bin" / "uv", "pip", verb, *quiet, "--python", PYTHON, *arguments)


def _call(*command: str | Path) -> None:
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})


@contextmanager
def _meanwhile(*command: str | Path) -> Iterator[None]:
    """Does something else beside the block; neither outlives the other."""
    with subprocess.Popen(command, cwd=ROOT) as beside:
        try:
            yield
        except BaseException:
            beside.terminate()
            raise


def _stamp() -> str | None:
    return STAMP.read_text("utf8") if STAMP.exists() else None


def _home() -> str:
    return f"{ROOT} {BASE_PYTHON} {sys.version}\n"


def _full_stamp(locks: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in ("pyproject.toml", RUNTIME, TESTS):
        digest.update((ROOT / name).read_bytes())
    return f"{_home()}{digest.hexdigest()} {' '.join(locks)}\n"


def _step(chinese: str, english: str) -> None:
    print(f"· {chinese} ({english})", flush=True)


def _fail(chinese: str, english: str) -> int:
    print(f"{chinese}。\n{english}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is read by whatever `python3` is
        sys.exit(_fail("需要 Python 3.11 或更高版本", "Python 3.11 or later is needed"))
    sys.exit(main(sys.argv[1:]))
