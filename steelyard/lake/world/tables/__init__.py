"""The fifteen fact tables of the reference world: how rows come about is code, how they are exported is data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, cast

from steelyard.engine.reading import read
from steelyard.lake.world.table import Columns, Feed, Slice, Table
from steelyard.lake.world.tables import collection, handling, oversight, service

_MAKERS: Mapping[str, Callable[[Slice], Columns]] = {
    "filing": collection.filing,
    "payment": collection.payment,
    "registration": collection.registration,
    "invoice": collection.invoice,
    "service": service.service,
    "queue": service.queue,
    "complaint": service.complaint,
    "survey": service.survey,
    "step": handling.step,
    "refund": handling.refund,
    "risk_task": handling.risk_task,
    "control": oversight.control,
    "supervised": oversight.supervised,
    "audit_case": oversight.audit_case,
    "monthly_return": oversight.monthly_return,
}


def _table(tree: dict[str, Any]) -> Table:
    small, demo, province = (int(rows) for rows in tree["rows"])
    feed = tree["feed"] | {"per_year": int(tree["feed"]["per_year"]), "totals": tuple(tree["feed"].get("totals", ()))}
    name = tree["table"]
    return Table(
        name=name,
        number=int(tree["number"]),
        source=tree["source"],
        headers=tree["headers"],
        rows=(small, demo, province),
        feed=Feed(**feed, old_headers=tree.get("old", {}), faulty=tree.get("faulty", {})),
        make=_MAKERS[name],
        prior=float(tree["prior"]),
        season=tuple(float(weight) for weight in tree.get("season", [1] * 12)),
        revise=collection.revised_payment if name == "payment" else None,
    )


def _tables() -> tuple[Table, ...]:
    text = files("steelyard.lake.world.tables").joinpath("exports.yaml").read_text("utf8")
    return tuple(_table(tree) for tree in cast("list[dict[str, Any]]", read(text, "exports.yaml")[0].tree))


TABLES = _tables()

__all__ = ["TABLES"]
