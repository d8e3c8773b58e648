"""Setting up: quick when nothing changed, exact when something did, whole again after an interruption."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import prepare

LOCK = "uv==1.0 \\\n    --hash=sha256:aa\nzlib==1\n"


class Checkout:
    """A checkout whose commands only leave a `python`, so that the order of things can be seen in milliseconds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.called: list[str] = []
        self.commands: list[list[str]] = []
        self.fails_at: str | None = None
        self.own_pip = ""
        for name, text in (("pyproject.toml", "[project]"), (prepare.RUNTIME, LOCK), (prepare.TESTS, LOCK)):
            (root / name).write_text(text, "utf8")

    def call(self, *command: str | Path) -> None:
        words = [str(part) for part in command]
        step = words[2] if words[1] in {"-m", "pip"} else Path(words[1]).name
        self.commands.append(words)
        self.called.append(step if step != "sync" else f"sync {words[-1]}")
        if step == self.fails_at:
            raise subprocess.CalledProcessError(1, words)
        if step == "venv":
            (self.root / ".venv/bin").mkdir()
            (self.root / ".venv/bin/python").touch()

    def set_up(self, *arguments: str) -> list[str]:
        self.called.clear()
        self.code = prepare.main(list(arguments))
        return list(self.called)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path)
    venv = tmp_path / ".venv"
    places = {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "bin/python",
        "STAMP": venv / "steelyard.stamp",
        "WHEELS": tmp_path / "out/wheels",
    }
    for name, value in places.items():
        monkeypatch.setattr(prepare, name, value)
    monkeypatch.setattr(prepare, "_call", made.call)
    monkeypatch.setattr(prepare, "_told", lambda *_: made.own_pip)
    return made


FRESH = ["venv", "pip", f"sync {prepare.RUNTIME}", "install", "assets.py"]
LOOK = ["assets.py"]  # scripts and fonts of the site: it looks at its own stamp


def test_a_fresh_checkout_gets_everything_and_a_second_call_does_nothing(checkout: Checkout) -> None:
    assert checkout.set_up() == FRESH
    assert checkout.set_up() == LOOK
    assert checkout.code == 0


def test_the_installer_itself_is_held_to_the_hash_of_the_lock(checkout: Checkout) -> None:
    checkout.set_up()
    assert (checkout.root / ".venv/uv.txt").read_text("utf8") == "uv==1.0 \\\n    --hash=sha256:aa\n"


def test_a_python_that_brings_no_pip_along_makes_one(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare.ensurepip, "version", lambda: "0")
    assert checkout.set_up() == ["venv", "ensurepip", *FRESH[1:]]


@pytest.mark.parametrize(("said", "own"), [("pip 23.2 from x (python 3.11)", True), ("pip 22.0 from x", False)])
def test_a_pip_that_can_install_elsewhere_saves_unpacking_one(checkout: Checkout, said: str, own: bool) -> None:
    checkout.own_pip = said
    assert checkout.set_up() == FRESH
    assert any(words[1:4] == ["-m", "pip", "--python"] for words in checkout.commands) is own


def test_tests_need_more_and_then_users_need_nothing(checkout: Checkout) -> None:
    checkout.set_up()
    assert checkout.set_up("--tests") == ["pip", f"sync {prepare.RUNTIME}", f"sync {prepare.TESTS}", *FRESH[-2:]]
    assert checkout.set_up() == LOOK


@pytest.mark.parametrize("step", ["venv", "pip", "sync", "install"])
def test_an_interrupted_set_up_starts_over(checkout: Checkout, step: str, capsys: pytest.CaptureFixture[str]) -> None:
    checkout.fails_at = step
    checkout.set_up()
    assert checkout.code == 1
    assert "再运行一次" in capsys.readouterr().err
    checkout.fails_at = None
    assert checkout.set_up() == FRESH


def test_a_new_lock_is_installed_into_the_same_environment(checkout: Checkout) -> None:
    checkout.set_up()
    (checkout.root / prepare.RUNTIME).write_text(LOCK + "more==1\n", "utf8")
    assert checkout.set_up() == FRESH[1:]


def test_a_moved_checkout_gets_a_new_environment(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.set_up()
    monkeypatch.setattr(prepare, "BASE_PYTHON", Path("/elsewhere/python3"))
    assert checkout.set_up() == FRESH


def test_a_broken_environment_of_somebody_else_is_replaced(checkout: Checkout) -> None:
    (checkout.root / ".venv/bin").mkdir(parents=True)
    (checkout.root / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert checkout.set_up() == FRESH


@pytest.mark.parametrize("said", ["pip 24.0 from /usr", ""])
def test_packages_for_another_machine_are_fetched_by_the_pip_that_set_up(checkout: Checkout, said: str) -> None:
    checkout.set_up("--tests")
    checkout.own_pip = said
    wheels = prepare.WHEELS
    wheels.mkdir(parents=True)
    checkout.set_up("--wheels")
    assert checkout.code == 0
    words = checkout.commands[-1]
    assert "download" in words
    assert words[words.index("--requirement") + 1] == prepare.RUNTIME
    assert "--require-hashes" in words
    assert (wheels / prepare.RUNTIME).read_text("utf8") == LOCK, "the lock travels with them"


def test_a_wrong_word_is_refused_with_the_usage(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    assert checkout.set_up("--fast") == []
    assert checkout.code == 1
    assert "prepare.py [--tests | --wheels]" in capsys.readouterr().err
