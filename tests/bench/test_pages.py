"""What ``make bench-web`` tells of pages is measured as it says; no time is looked at here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from bench.pages import working
from bench.pages.filling import employ
from bench.pages.results import peopled
from bench.pages.timing import EACH, SAMPLES, Stop, p95, timed, walked, warmed
from steelyard.bureau.people.saving import write_rows
from steelyard.bureau.views.accounts import accounts_of, everybody
from steelyard.web.people.models import Account, Person
from tests.web.people.world import person, unit

SENT_ON = {"/rankings/": "/results/1/ranking/"}
PAGES = {
    "/": [
        *(f"/results/{number}/whole/" for number in range(EACH + 3)),
        "/jobs",
        "/static/x.css",
        "/nowhere",
        "/account",
        "/rankings/",
        *(f"/results/{number}/units/A/indicators/x/" for number in (7, 7, 8)),
    ],
    "/jobs": ["/", "/login", "/results/2/ranking/?class=分局"],
    "/account": [],
}


class Small(BaseHTTPRequestHandler):
    """Three roles' worth of site: some pages that link to each other, one that is gone, one that is a file."""

    asked: ClassVar[Counter[tuple[str, str]]] = Counter()
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.asked[self.headers["Cookie"], self.path] += 1
        waits = "/units/" in self.path and self.asked[self.headers["Cookie"], self.path] < 2
        there = self.path in PAGES or self.path.startswith("/results/")
        text = "".join(f'<a href="{link}">' for link in PAGES.get(self.path, ())).encode()
        self.send_response(202 if waits else 200 if there else 302 if self.path in SENT_ON else 404)
        self.send_header("Location", SENT_ON.get(self.path, ""))
        self.send_header("Content-Type", "text/csv" if self.path == "/account" else "text/html")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr("bench.pages.timing.time.sleep", lambda _: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Small)
    Small.asked.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("milliseconds", "expected"), [([7.0], 7.0), (range(1, 101), 96.0), ([*[10.0] * 22, 80.0, 90.0], 80.0)]
)
def test_the_95th_percentile_is_a_time_that_was_measured_and_never_below_it(milliseconds: Any, expected: float) -> None:
    assert p95([*reversed(milliseconds)]) == expected


def test_every_role_walks_to_some_addresses_of_each_page_that_is_there(port: int) -> None:
    stops = list(walked(port, ["a=1", "b=2"]))
    assert {stop.cookie for stop in stops} == {"a=1", "b=2"}
    assert Counter(stop.name for stop in stops if stop.cookie == "a=1") == {
        "home": 1, "whole": EACH, "jobs": 1, "ranking": 2, "explanation": 1,
    }  # fmt: skip
    assert Small.asked["a=1", "/results/2/ranking/?class=%E5%88%86%E5%B1%80"] == 1
    assert {path for _, path in Small.asked if "/units/" in path} == {"/results/7/units/A/indicators/x/"}


def test_each_page_is_visited_by_every_worker_before_it_is_timed(port: int) -> None:
    warmed(
        port,
        [
            Stop("whole", "a=1", "/results/1/whole/"),
            Stop("whole", "a=1", "/results/2/whole/"),
            Stop("jobs", "a=1", "/jobs"),
        ],
        2,
    )
    assert Small.asked == {("a=1", "/results/2/whole/"): 4, ("a=1", "/jobs"): 4}


def test_each_page_is_timed_equally_often(port: int) -> None:
    stops = [
        Stop("whole", "a=1", "/results/1/whole/"),
        Stop("whole", "b=2", "/results/2/whole/"),
        Stop("jobs", "a=1", "/jobs"),
    ]
    found = timed(port, stops, 2)
    assert {name: len(took) for name, took in found.items()} == {"whole": SAMPLES, "jobs": SAMPLES}
    assert Small.asked["b=2", "/results/2/whole/"] == SAMPLES // 2
    assert all(one > 0 for took in found.values() for one in took)


def test_a_page_that_answers_anything_else_is_not_timed_but_told(port: int) -> None:
    with pytest.raises(AssertionError, match="/nowhere: 404"):
        timed(port, [Stop("jobs", "a=1", "/jobs"), Stop("whole", "a=1", "/nowhere")], 2)


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        ({"running": 1, "waiting": 9, "done": 3}, ""),
        ({"running": 1}, ""),
        ({"waiting": 9}, "no run was going on"),
        ({"done": 12}, "no run was going on"),
        ({"running": 1, "failed": 1}, "a run had failed"),
    ],
)
def test_figures_are_refused_where_no_run_was_going_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, jobs: dict[str, int], said: str
) -> None:
    monkeypatch.setattr(working, "states", lambda _: jobs)
    if said:
        with pytest.raises(working.Idle, match=f"refused: in the end {said}"):
            working.at_work(tmp_path, "in the end", patience=0)
    else:
        working.at_work(tmp_path, "in the end", patience=0)


def test_persons_are_repeated_under_other_codes_with_all_that_they_account_for(tmp_path: Path) -> None:
    write_rows(tmp_path / "persons.parquet", [{"person": code, "name": code.upper()} for code in ("a", "b")])
    lines = [{"person": code, "stage": 0, "indicator": code, **dict.fromkeys(CARRIED)} for code in ("a", "b")]
    write_rows(tmp_path / "accounts.parquet", lines)
    peopled(tmp_path, 5)
    assert [row["person"] for row in everybody(tmp_path)] == ["a", "a-1", "a-2", "b", "b-1"]
    again = accounts_of(tmp_path, "a-2")
    assert again is not None
    assert (again.head["name"], [line.indicator for line in again.own]) == ("A", ["a"])
    assert pq.read_metadata(tmp_path / "accounts.parquet").num_rows == 5


CARRIED = ("worth", "points", "unit_points", "unit_full")


@pytest.mark.django_db
def test_everybody_has_a_post_and_an_account_that_reads_what_is_his() -> None:
    person("X1", unit("A1"))
    Account.objects.create(username="officer", person="X1", created=timezone.now(), used_at=timezone.now())
    employ([{"person": code, "name": code, "unit": "A1", "duty": "稽查"} for code in ("X2", "X1")], timezone.now())
    assert dict(Person.objects.values_list("code", "post")) == {"X1": "岗位", "X2": "稽查"}
    made = Account.objects.get(person="X2")
    assert [(grant.role, grant.unit_id) for grant in made.grants.all()] == [("officer", "A1")]
    assert not made.has_usable_password()
    assert Account.objects.count() == 2
