"""``python -m bench [large] [NAME…]``: prints the figures and never fails because one is short."""

from __future__ import annotations

import sys

from bench import changes, full, growth, importing, large
from bench.province import province

PARTS = {"full": full, "changes": changes, "importing": importing, "growth": growth}


def main(names: list[str]) -> None:
    home = province()
    parts = {"large": large} if names == ["large"] else {name: PARTS[name] for name in names or PARTS}
    for part in parts.values():
        for figure in part.figures(home):
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
