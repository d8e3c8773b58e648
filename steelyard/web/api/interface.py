"""The API as one: its document, its guard, its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.renderers import JSONRenderer

from steelyard import __version__
from steelyard.web.api.envelope.answering import PLAINLY, handle
from steelyard.web.api.envelope.parsing import Strict
from steelyard.web.api.facts import router as facts
from steelyard.web.api.guarding import Bearer
from steelyard.web.api.guarding import router as about
from steelyard.web.api.organisation import router as organisation
from steelyard.web.api.prompts import router as prompts
from steelyard.web.api.results import router as results
from steelyard.web.api.uses import router as uses


class Readable(JSONRenderer):
    json_dumps_params: Mapping[str, Any] = PLAINLY


class Interface(NinjaAPI):
    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """What does not fit together with what was given there, from which our words are made."""
        given = [one for each in error_contexts for one in each.pydantic_validation_error.errors(include_url=False)]
        found = super().validation_error_from_error_contexts(error_contexts)
        for told, one in zip(found.errors, given, strict=True):
            told["input"] = one["input"]
        return found


api = Interface(
    title="公平秤 Steelyard",
    version=__version__,
    urls_namespace="api",
    auth=Bearer(),
    parser=Strict(),
    renderer=Readable(),
    docs_url=None,
    openapi_url="openapi.json",
    description="数据进，结果出；以令牌访问。Facts in, results out; by tokens. Exact numbers travel as text.",
)
for router in (about, facts, results, uses, prompts, organisation):
    api.add_router("", router)
handle(api)
