"""The API as one: its document, its guard, its errors."""

from __future__ import annotations

from ninja import NinjaAPI

from steelyard import __version__
from steelyard.engine.problems import Refused
from steelyard.web.api.facts import router as facts
from steelyard.web.api.guarding import Bearer, refused
from steelyard.web.api.results import router as results

api = NinjaAPI(
    title="公平秤 Steelyard",
    version=__version__,
    urls_namespace="api",
    auth=Bearer(),
    docs_url=None,
    openapi_url="openapi.json",
    description="数据进，结果出；以令牌访问。Facts in, results out; by tokens. Exact numbers travel as text.",
)
api.add_router("", facts)
api.add_router("", results)
api.exception_handler(Refused)(refused)
