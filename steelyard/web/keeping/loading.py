"""The rows of a backup into a new database, all of them or none."""

from __future__ import annotations

from pathlib import Path

from django.db import IntegrityError, models, transaction

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.web.keeping.backing import Taken
from steelyard.web.keeping.rows import load, renumber, tables

CATALOGUE.add(
    {
        "database-not-empty": (
            "数据库里的表 {table} 已有内容；恢复只写到空的数据库",
            "table {table} of the database is not empty; a backup is restored into an empty database only",
        ),
        "rows-differ": (
            "表 {table} 应有 {wanted} 行，恢复了 {found} 行；请换一份备份",
            "table {table} should have {wanted} rows, {found} were restored; take another backup",
        ),
    }
)


def load_rows(home: Path, taken: Taken) -> None:
    """From ``home/tables``, which goes when they are in. Raises `Refused`: ``database-not-empty``, ``rows-differ``."""
    folder = home / "tables"
    try:
        with transaction.atomic():
            for model in tables():
                _load(model, folder, taken)
            renumber(tables())
    except IntegrityError as error:
        raise refuse("rows-differ", Place(str(folder)), table=str(error), wanted="—", found="—") from error
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _load(model: type[models.Model], folder: Path, taken: Taken) -> None:
    name = model._meta.label_lower
    if model._default_manager.exists():
        raise refuse("database-not-empty", table=name)
    path = folder / f"{name}.jsonl"
    found = 0
    if path.is_file():
        with path.open("rb") as lines:
            found = load(model, lines)
    if found != taken.rows.get(name, 0):
        raise refuse("rows-differ", Place(str(path)), table=name, wanted=taken.rows.get(name, 0), found=found)
