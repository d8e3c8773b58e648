"""``python -m bench [NAME…]``: prints the figures and never fails because one is short.

Names: ``full``, ``changes``, ``importing``, ``growth``, and ``large`` and ``web``, which are only done when they are
asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from bench import changes, full, growth, importing, large
from bench.figures import Figure
from bench.pages import figures as pages
from bench.province import Province, province

PARTS: Mapping[str, Callable[[Province], Iterator[Figure]]] = {
    "full": full.figures,
    "changes": changes.figures,
    "importing": importing.figures,
    "growth": growth.figures,
}
APART = {"large": large.figures, "web": pages.figures}


def main(names: Sequence[str]) -> None:
    home = province()
    for name in names or PARTS:
        for figure in {**PARTS, **APART}[name](home):
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
