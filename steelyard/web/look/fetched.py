"""Scripts, fonts and icons are not kept in git: whether they were fetched, said before anything is served."""

from __future__ import annotations

from pathlib import Path

from steelyard.engine.problems import CATALOGUE, Place, refuse

CATALOGUE.add(
    {
        "site-assets-missing": (
            "网站的脚本、字体与图标还没有取得（{folder}）；请在 npm 可用的机器上运行 make setup，或安装带有它们的轮子",
            "scripts, fonts and icons of the site were not fetched ({folder}); run `make setup` where npm works, "
            "or install the wheel, which carries them",
        ),
    }
)
VENDOR = Path(__file__).parent / "static/vendor"


def there(folder: Path = VENDOR) -> None:
    """Raises `Refused`: ``site-assets-missing``. The stamp is what `tools/assets.py` writes last."""
    if not (folder / "stamp.txt").is_file():
        raise refuse("site-assets-missing", Place(str(folder)), folder=folder)
