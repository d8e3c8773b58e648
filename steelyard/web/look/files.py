"""Scripts, fonts and pictures, whole: under ASGI, Django would take apart in one go what WhiteNoise hands it to be
streamed, and warn of it each time. The largest is about a megabyte."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]


class Files(WhiteNoiseMiddleware):  # type: ignore[misc]  # it says nothing of types
    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """As WhiteNoise's own: its status and its headers, and no others."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        answer = HttpResponse(content, status=int(found.status))
        del answer["content-type"]
        for name, value in found.headers:
            answer[name] = value
        return answer
