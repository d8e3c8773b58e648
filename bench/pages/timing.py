"""Walks a site as every role and times its pages: by the clock of who waits, from the question to the last byte."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle, islice
from typing import NamedTuple

import numpy as np
from django.utils.encoding import iri_to_uri

from tools.walking import links, name_of

SAMPLES, EACH, MOST = 24, 6, 600
"""How often a page is timed; at how many of its addresses for each role; how many addresses a role looks at."""
OPENING, PATIENCE = frozenset(("explanation", "rows", "rows-file", "proof", "proof-file")), 240.0
"""Pages for which a run is opened, which takes a process some seconds and is told by 202: they are asked for of one
version, the one that people are led to, until it is open."""


class Stop(NamedTuple):
    """One address as one role sees it."""

    name: str
    cookie: str
    address: str


class Answer(NamedTuple):
    """``kind``: of the content; ``leads``: where somebody is sent instead."""

    status: int
    kind: str
    leads: str
    content: bytes


class Visitor:
    """A connection that stays open, as a browser's does."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, cookie: str, address: str) -> Answer:
        """Redirections are not followed. Characters beyond ASCII are sent as browsers send them."""
        self._connection.request("GET", iri_to_uri(address), headers={"Cookie": cookie, "Accept-Language": "zh-CN"})
        answer = self._connection.getresponse()
        head = answer.headers
        return Answer(answer.status, head.get("content-type", ""), head.get("location", ""), answer.read())

    def opened(self, cookie: str, address: str) -> Answer:
        """The answer once the run behind it is open, in the process that has this connection."""
        end = time.monotonic() + PATIENCE
        while (answer := self.get(cookie, address)).status == 202 and time.monotonic() < end:
            time.sleep(1)
        return answer


def walked(port: int, cookies: Iterable[str]) -> Iterator[Stop]:
    """Pages that can be reached by links and by being sent on, some addresses of each."""
    visitor, asked = Visitor(port), ""
    for cookie in cookies:
        waiting, known, seen = ["/"], {"/"}, dict[str, int]()
        for _ in range(MOST):
            if not waiting:
                break
            address = waiting.pop(0)
            name = name_of(address)
            if not name or seen.get(name, 0) >= EACH:
                continue
            if name in OPENING:
                asked = asked or _version(address)
                if _version(address) != asked:
                    continue
            answer = visitor.opened(cookie, address)
            if answer.status >= 500:
                raise AssertionError(f"{address}: {answer.status}")
            page = answer.status == 200 and "text/html" in answer.kind
            if page:
                seen[name] = seen.get(name, 0) + 1
                yield Stop(name, cookie, address)
            found = links(answer.content.decode()) if page else filter(None, [answer.leads])
            fresh = [link for link in found if link not in known]
            known.update(fresh)
            waiting += dict.fromkeys(fresh)


def _version(address: str) -> str:
    """``/results/7/units/…`` -> ``/results/7/``."""
    return "/".join(address.split("/")[:3]) + "/"


def warmed(port: int, stops: Sequence[Stop], workers: int) -> None:
    """Every page once in every worker, more or less: whoever accepts a new connection first has it."""
    for stop in {stop.name: stop for stop in stops}.values():
        for _ in range(2 * workers):
            Visitor(port).opened(stop.cookie, stop.address)


def timed(port: int, stops: Sequence[Stop], workers: int) -> Mapping[str, Sequence[float]]:
    """Milliseconds of each page, ``SAMPLES`` of them, asked for by as many people at once as there are workers."""
    by_name: dict[str, list[Stop]] = {}
    for stop in stops:
        by_name.setdefault(stop.name, []).append(stop)
    asked = [one for own in by_name.values() for one in islice(cycle(own), SAMPLES)]
    random.Random(42).shuffle(asked)
    found: dict[str, list[float]] = {name: [] for name in by_name}
    with ThreadPoolExecutor(workers) as people:
        for took in people.map(lambda part: _visit(port, part), [asked[one::workers] for one in range(workers)]):
            for name, milliseconds in took:
                found[name].append(milliseconds)
    return found


def _visit(port: int, stops: Sequence[Stop]) -> list[tuple[str, float]]:
    visitor, took = Visitor(port), list[tuple[str, float]]()
    for stop in stops:
        began = time.perf_counter()
        status = visitor.get(stop.cookie, stop.address).status
        if status != 200:
            raise AssertionError(f"{stop.address}: {status}")
        took.append((stop.name, 1000 * (time.perf_counter() - began)))
    return took


def p95(milliseconds: Sequence[float]) -> float:
    return float(np.percentile(milliseconds, 95, method="higher"))
