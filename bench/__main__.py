"""``python -m bench [NAME…]``: prints the figures and never fails because one is short.

Names: ``full``, ``changes``, ``importing``, ``growth``, and ``large``, which is only done when it is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from bench import changes, full, growth, importing, large
from bench.figures import Figure
from bench.province import Province, province

PARTS: Mapping[str, Callable[[Province], Iterator[Figure]]] = {
    "full": full.figures,
    "changes": changes.figures,
    "importing": importing.figures,
    "growth": growth.figures,
}
LARGE = {"large": large.figures}


def main(names: Sequence[str]) -> None:
    home = province()
    for name in names or PARTS:
        for figure in {**PARTS, **LARGE}[name](home):
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
