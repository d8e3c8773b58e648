"""``steelyard site``, ``serve`` and ``work``: a site is set up, and then there."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import django
import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.lake.record.verify import sweep
from steelyard.web.configuration import Configuration, create, read
from steelyard.web.jobs.tied import environment, tie
from steelyard.web.look import fetched
from steelyard.web.site.databases import guard, reached

CATALOGUE.add(
    {
        "port-unusable": (
            "无法在 {address} 的端口 {port} 打开网站（{reason}），多半已有程序在用；请换一个（--port 或 site.toml）",
            "the site cannot be opened at {address}, port {port} ({reason}); something is there already, most likely: "
            "choose another by --port, or port in site.toml",
        ),
    }
)
RESTART = 2.0
"""Seconds before a worker that died is started again."""


@reached()
def site(arguments: argparse.Namespace) -> int:
    """Writes ``site.toml`` of a new site and makes its database."""
    folders = [folder for folder in (arguments.bureau / "rules", arguments.bureau / "facts") if not folder.is_dir()]
    if folders:
        raise Refused([Problem("folder-missing", Place(str(one)), {"folder": one}) for one in folders])
    record = "" if arguments.record is None else os.path.relpath(arguments.record, arguments.folder)
    create(arguments.folder, bureau=os.path.relpath(arguments.bureau, arguments.folder), record=record)
    configuration = ready(arguments.folder)
    print(_first_accounts(configuration))
    return 0


def _first_accounts(configuration: Configuration) -> str:
    """The three administrators come in by links that are good once; they stand in a file that only its owner reads."""
    from steelyard.web.people.accounts import first  # Django has to be set up first
    from steelyard.web.trail.checkpoints import public

    path = configuration.home / "first-sign-in.txt"
    secure, here = configuration.secure, f"{configuration.address}:{configuration.port}"
    base = f"https://{configuration.hosts[0]}" if secure else f"http://{here}"
    lines = [f"{account.username}  {base}/invited/{token}" for account, token in first(timezone.now())]
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    key = public(configuration.home)
    return (
        f"三员首次登录链接（72 小时内各用一次） one-time links of the three administrators: {path}\n"
        f"检查点公钥，请另处抄存 public key of checkpoints, keep a copy elsewhere: {key}"
    )


def serve(arguments: argparse.Namespace) -> int:
    """Serves until it is stopped; a worker for jobs runs beside it."""
    configuration = ready(arguments.folder)
    port = arguments.port or configuration.port
    free(configuration.address, port)
    with _worker(configuration):
        print(f"http://{configuration.address}:{port}/", flush=True)
        uvicorn.run(
            "steelyard.web.site.asgi:application",
            host=configuration.address,
            port=port,
            workers=configuration.workers,
            log_level="warning",
            server_header=False,
        )
    return 0


def free(address: str, port: int) -> None:
    """Said before anything is begun. Raises ``port-unusable``."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was just left is free
        try:
            door.bind((address, port))
        except (OSError, OverflowError) as error:
            raise refuse("port-unusable", address=address, port=port, reason=error) from error


def work(arguments: argparse.Namespace) -> int:
    """Does jobs until it is stopped. What killed ones left in the record a week ago goes first."""
    tie()
    bureau = ready(arguments.folder).of_bureau()
    from steelyard.web.jobs.working import until_stopped  # Django has to be set up first

    sweep(bureau.record, datetime.now())
    until_stopped()
    return 0


@reached()
def ready(home: Path) -> Configuration:
    """Django set up for the site in this folder, its tables and its static files as this version wants them."""
    attach(home)
    fetched.there()
    call_command("migrate", verbosity=0, interactive=False)
    guard()
    call_command("collectstatic", verbosity=0, interactive=False)
    configuration: Configuration = settings.STEELYARD
    return configuration


def attach(home: Path) -> None:
    """Django set up for the site in this folder; nothing is changed."""
    read(home)  # what is wrong is said before anything is begun
    os.umask(0o077)  # nobody else on this machine reads what we write
    os.environ["STEELYARD_SITE"] = str(home.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "steelyard.web.site.settings"
    django.setup()


@contextmanager
def _worker(configuration: Configuration) -> Iterator[None]:
    """A worker of its own process, so that a heavy run does not hold up pages; it goes when we go, however we go."""
    stop = threading.Event()
    command = [sys.executable, "-m", "steelyard.cli", "work", str(configuration.home)]
    keeper = threading.Thread(target=_keep, args=(command, dict(environment()), stop), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(30)


def _keep(command: list[str], environment: dict[str, str], stop: threading.Event) -> None:
    """Starts the worker again whenever it dies. The worker ends with this thread, which lives as long as we do."""
    while not stop.is_set():
        child = subprocess.Popen(command, env=environment)
        while child.poll() is None and not stop.wait(0.5):
            pass
        if child.poll() is None:
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(20)
            child.kill()
        elif not stop.wait(RESTART):
            print(f"worker: exit {child.returncode}", file=sys.stderr, flush=True)
