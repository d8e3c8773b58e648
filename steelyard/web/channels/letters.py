"""What a letter says: how many messages of which kinds wait, and where the site is. Nothing of what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steelyard.engine.problems import Language
from steelyard.reports.sheet import Words

FEW = 3


class Rejected(Exception):
    """The other side takes nothing for this person; others may well be told by it. ``reason`` for operators."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Note:
    """``to``: as the channel knows him; ``reference``: by which a letter that comes twice is known again; ``kinds``:
    words of kinds with how many of each; ``at``: local time."""

    to: str
    reference: str
    site: str
    page: str
    many: int
    kinds: tuple[tuple[str, Words, int], ...]
    urgent: bool
    at: datetime
    language: Language

    @property
    def subject(self) -> str:
        if not self.many:
            trial = Words(f"{self.site}：这是一封试发的信", f"{self.site}: a letter to try this channel")
            return trial.of(self.language)
        mark = Words("【急】", "[urgent] ").of(self.language) if self.urgent else ""
        said = Words(f"{self.site}：您有 {self.many} 条未读消息", f"{self.site}: {self.many} unread").of(self.language)
        return mark + said

    @property
    def text(self) -> str:
        """One line, also for a telephone; the time tells two that are otherwise the same from each other."""
        return f"{self.subject}{self._kinds()} {self.page} {self.at:%m-%d %H:%M}"

    def _kinds(self) -> str:
        few = [f"{words.of(self.language)} {many}" for _, words, many in self.kinds[:FEW]]
        more = ["…"] if len(self.kinds) > FEW else []
        if not few:
            return ""
        return f"（{'、'.join(few + more)}）" if self.language == "zh" else f" ({', '.join(few + more)})"

    def plain(self) -> Mapping[str, Any]:
        """For other systems."""
        kinds = [{"kind": name, "zh": words.zh, "en": words.en, "many": many} for name, words, many in self.kinds]
        return {
            "id": self.reference, "to": self.to, "many": self.many, "kinds": kinds, "urgent": self.urgent,
            "page": self.page, "at": self.at.isoformat(timespec="seconds"), "language": self.language,
        }  # fmt: skip
