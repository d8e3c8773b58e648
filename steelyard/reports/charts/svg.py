"""A tiny SVG writer: exact coordinates in, the same bytes out on every machine.

Only presentation attributes are used, no style sheet and no ``font`` shorthand: PDF engines read the former and
drop text set in the latter. Coordinates are exact numbers, rounded once to a tenth when written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape, quoteattr

Length = int | Decimal
Point = tuple[Length, Length]

FONTS = "'Noto Sans SC','PingFang SC','HarmonyOS Sans SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_TENTH = Decimal("0.1")


def coordinate(value: Length) -> str:
    """``12.34`` -> ``12.3``, ``8.0`` -> ``8``."""
    if isinstance(value, int):
        return str(value)
    text = str(value.quantize(_TENTH, ROUND_HALF_UP))
    return text.removesuffix(".0") if text != "-0.0" else "0"


class Drawing:
    """Shapes in painting order on a canvas of ``width`` by ``height`` pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._shapes: list[str] = []

    def rect(
        self, x: Length, y: Length, width: Length, height: Length, fill: str, *, radius: int = 0, line: str = ""
    ) -> None:
        """An upright box; ``line`` adds an outline of that colour, so that it reads without its fill."""
        extra = (f' rx="{radius}"' if radius else "") + (f' stroke="{line}"' if line else "")
        box = f'x="{coordinate(x)}" y="{coordinate(y)}" width="{coordinate(width)}" height="{coordinate(height)}"'
        self._shapes.append(f'<rect {box} fill="{fill}"{extra}/>')

    def line(self, start: Point, end: Point, colour: str, *, width: str = "1", dash: str = "") -> None:
        ends = " ".join(
            f'{name}="{coordinate(value)}"'
            for name, value in zip(("x1", "y1", "x2", "y2"), (*start, *end), strict=True)
        )
        self._shapes.append(f'<line {ends} stroke="{colour}"{_stroke(width, dash)}/>')

    def path(self, points: Sequence[Point], colour: str, *, width: str = "1.5", dash: str = "") -> None:
        """A line through the points, not filled."""
        self._shapes.append(
            f'<polyline points="{_joined(points)}" fill="none" stroke="{colour}"{_stroke(width, dash)} '
            'stroke-linejoin="round"/>'
        )

    def area(self, points: Sequence[Point], fill: str, *, line: str = "") -> None:
        """A closed, filled shape."""
        extra = f' stroke="{line}"' if line else ""
        self._shapes.append(f'<polygon points="{_joined(points)}" fill="{fill}"{extra}/>')

    def dot(self, centre: Point, radius: Length, fill: str, *, line: str = "") -> None:
        extra = f' stroke="{line}" stroke-width="1.5"' if line else ""
        x, y = coordinate(centre[0]), coordinate(centre[1])
        self._shapes.append(f'<circle cx="{x}" cy="{y}" r="{coordinate(radius)}" fill="{fill}"{extra}/>')

    def text(
        self,
        at: Point,
        words: str,
        colour: str,
        *,
        size: int = 11,
        anchor: str = "start",
        weight: str = "",
        halo: bool = False,
    ) -> None:
        """Words on a baseline; ``halo`` paints white behind them, for labels that lie over lines."""
        extra = f' text-anchor="{anchor}"' if anchor != "start" else ""
        extra += f' font-weight="{weight}"' if weight else ""
        place = f'x="{coordinate(at[0])}" y="{coordinate(at[1])}" font-size="{size}"'
        if halo:
            behind = 'fill="#FFFFFF" stroke="#FFFFFF" stroke-width="3" aria-hidden="true"'
            self._shapes.append(f"<text {place} {behind}{extra}>{escape(words)}</text>")
        self._shapes.append(f'<text {place} fill="{colour}"{extra}>{escape(words)}</text>')

    def render(self, title: str, description: str) -> str:
        """The document; title and description are its text alternative."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" aria-label={quoteattr(title)} font-family="{FONTS}">'
        )
        spoken = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        return head + spoken + "".join(self._shapes) + "</svg>"


def _joined(points: Iterable[Point]) -> str:
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)


def _stroke(width: str, dash: str) -> str:
    return f' stroke-width="{width}"' + (f' stroke-dasharray="{dash}"' if dash else "")
