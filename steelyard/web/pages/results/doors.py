"""The doors of these pages: what is asked for, whether it may be seen, and what is told where it cannot be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import islice
from typing import Any, ParamSpec
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import CATALOGUE, Refused, refuse
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import PUBLIC, Stage, Version
from steelyard.web.cycles.results import Reading, folder_of, newest, readable
from steelyard.web.look.reading import language
from steelyard.web.people.asking import View, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Person, Unit

CATALOGUE.add(
    {
        "results-of-nobody": (
            "{period} 这次运行没有可考评的单位；请核对机构的启用日期和计划适用的类别，再重新运行",
            "the run of {period} weighed no unit; check since when the units exist and for which classes the plan is, "
            "then run it again",
        ),
    }
)
Given = ParamSpec("Given")
Crumb = tuple[Words, str]
READ, WRITE = ("GET", "HEAD"), ("POST",)


def of_version(version: int, **_: Any) -> Target:
    """Who may read something of a version."""
    return Target(state=_stage(version))


def of_unit(version: int, code: str, **_: Any) -> Target:
    """Who may read what a version says of one unit."""
    path = Unit.objects.filter(code=code).values_list("path", flat=True).first()
    if path is None:
        raise Http404
    return Target(path=path, state=_stage(version))


def of_person(version: int, person: str, **_: Any) -> Target:
    """Who may read what a version says of one person."""
    found = Person.objects.filter(code=person).select_related("unit").first()
    if found is None:
        raise Http404
    path = found.unit.path if found.unit else ""
    return Target(path=path, person=person, state=_stage(version), label=3)


def _stage(version: int) -> str:
    found = Version.objects.filter(pk=version).exclude(stage=Stage.WITHDRAWN).values_list("stage", flat=True).first()
    if found is None:
        raise Http404
    return found


def page(
    name: str, find: Callable[..., Target] = of_version, methods: Sequence[str] = READ
) -> Callable[[View[Given]], View[Given]]:
    """`permitted`, and behind it: what was refused is told on a page of its own, with what to do about it.

    ``methods``: the only ones that the address answers, whoever asks.
    """

    def guarded(view: View[Given]) -> View[Given]:
        @wraps(view)
        def told(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Refused as refused:
                lines = [problem.line(language()) for problem in refused.problems]
                return render(request, "results/refused.html", {"lines": lines}, status=409)

        door = permitted(name, find)(told)  # type: ignore[arg-type]  # `wraps` gives another type than it makes
        return require_http_methods(list(methods))(door)

    return guarded


def reading(request: HttpRequest, version: int) -> Reading:
    """The version as whoever asks sees it."""
    return Reading(asker(request), Version.objects.select_related("run").get(pk=version))


def weighed(request: HttpRequest, version: int) -> Reading:
    """`reading`, for pages of all units together. Raises `Refused` (``results-of-nobody``)."""
    seen = reading(request, version)
    if not seen.views.overview.units:
        raise refuse("results-of-nobody", period=seen.version.period)
    return seen


def latest(request: HttpRequest, page: str) -> HttpResponse:
    """The address without a version: leads to the page for what was published last."""
    who = asker(request)
    version = newest(who) or (_published() if page == "indicators" else None)
    if version is None:
        return render(request, "results/nothing.html")
    if page not in ("portrait", "person", "health"):
        return redirect(reverse(page, args=[version.pk]))
    code = who.account.person if page == "person" and who.account else _first_unit(Reading(who, version))
    if not code:
        return render(request, "results/nothing.html", {"nobody": True, "page": page})
    return redirect(reverse(page, args=[version.pk, code]))


def _published() -> Version | None:
    """Rules that were published are open also to those who read no results."""
    return Version.objects.filter(stage=Stage.PUBLISHED).order_by("-published_at").first()


def _first_unit(seen: Reading) -> str:
    """One's own unit; for those who see all, the one in the middle of the largest class is as good as any."""
    if seen.own:
        home = [code for code in seen.own if seen.paths.get(code, "") == seen.asker.home]
        return (home or list(seen.own))[0]
    return next((line.code for line in seen.views.overview.units if seen.opens(line.code)), "")


EACH = "~each~"


def each(name: str, *args: object) -> Callable[[str], str]:
    """Addresses of this name that differ in the argument given as `EACH`, for tables whose every row leads somewhere:
    what they have in common is looked up once."""
    before, _, after = reverse(name, args=args).partition(EACH)
    return lambda own: f"{before}{quote(own, safe='')}{after}"


def frame(
    seen: Reading, here: str, *args: str, crumbs: Sequence[Crumb] = (), query: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What all these pages show around their content: where the data stand, the way here, and other versions.

    ``here``: the name of this page's address, ``args`` what it takes behind the version, ``query`` what follows it.
    """
    version, view = seen.version, seen.views.overview.run
    return {
        "seen": seen, "version": version, "run": view, "overview": seen.views.overview, "trailing": crumbs,
        "stand_version": _version_words(version), "provisional": _provisional(version),
        "versions": [
            (version_name(one), _there(one, here, args, query or {}), one.pk == version.pk) for one in _others(seen)
        ],
        "corrections": _corrections(version), "may_use": seen.asker.may("use-new", Target(state=version.stage)),
    }  # fmt: skip


def _corrections(version: Version) -> list[Version]:
    """What replaced it, one after the other; the last of them is in force."""
    if version.stage != Stage.REPLACED:
        return []
    same = Version.objects.filter(plan=version.plan, period=version.period, stage__in=PUBLIC)
    return list(same.filter(number__gt=version.number).order_by("number"))


def _others(seen: Reading) -> list[Version]:
    """Versions of the same plan that the asker may read: other periods, corrections, previews."""
    found = readable(seen.asker).filter(plan=seen.version.plan)
    return list(islice((one for one in found if folder_of(one).is_dir()), 6))


def _there(version: Version, here: str, args: Sequence[str], query: Mapping[str, str]) -> str:
    """The same page of another version; where that has no such unit, its ranking."""
    known = here not in OF_UNITS or views_of(folder_of(version)).has_unit(args[0])
    address = reverse(here, args=[version.pk, *args]) if known else reverse("ranking", args=[version.pk])
    return f"{address}?{urlencode(query)}" if query and known else address


OF_UNITS = frozenset(("portrait", "health", "unit-indicators", "explanation", "rows", "proof"))


def version_name(version: Version) -> Words:
    zh, en = _period(version)
    if not version.public:
        return Words(f"{zh}（预览）", f"{en} (preview)")
    return Words(zh, en) if version.number == 1 else Words(f"{zh} 第{version.number}版", f"{en} v{version.number}")


def _period(version: Version) -> tuple[str, str]:
    return formats.period(version.period, "zh"), formats.period(version.period, "en")


def _version_words(version: Version) -> Words:
    stage = Stage(version.stage)
    if version.number is None:
        return Words(stage.label, str(stage))
    return Words(f"第 {version.number} 版 · {stage.label}", f"v{version.number} · {stage}")


def _provisional(version: Version) -> Words | None:
    if version.public:
        return None
    return Words(
        f"{Stage(version.stage).label}：尚未公布，数字可能变动，不得引用",
        "not published yet: the numbers may still change and must not be cited",
    )
