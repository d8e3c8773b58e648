"""The library as a workbook, and a workbook back: every changed row becomes the next version of its rule."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from steelyard.engine.problems import CATALOGUE, Place, Refused, refuse
from steelyard.reports.sheet import Words
from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Rule, State, Version
from steelyard.web.library.rules import address, bureau, code_of, in_force
from steelyard.web.library.shelves import opens_drafts, readable, seen, shelf
from steelyard.web.library.tables import PARTS, Row, parts, rows_of
from steelyard.web.library.texts import digest
from steelyard.web.library.writing import write_all
from steelyard.web.look.exporting import Cell, Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import me, told
from steelyard.web.pages.library.listing import KINDS, STATES, found
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.models import Unit

CATALOGUE.add(
    {
        "rules-file": ("请选一个从这里导出的工作簿（.xlsx，不超过 {most} MB）",
                       "choose a workbook that was exported here (.xlsx, {most} MB at most)"),
        "rules-many": (
            "工作簿有 {count} 行，而库里有 {there} 条；一次最多新增 {most} 条，请分几次",
            "the workbook has {count} rows and the library {there} rules; {most} new ones at most at a time, split it",
        ),
        "rules-elsewhere": (
            "工作簿里改了 {count} 行别的库的规则（{rules}）；请把这些行改回去或删去，别处的规则先“借到本级”再改",
            "{count} changed rows are rules of another library ({rules}); undo or delete them, and borrow what stands "
            "elsewhere before you change it",
        ),
    }
)  # fmt: skip
MOST = 20
NEW = 2_000
"""As many indicators as a book may have: more rows are no library, and reading them takes minutes."""
SHOWN, LONGEST = 5, 100
"""Identifiers that a refusal names, and signs of each."""
COLUMNS = (
    Column(Words("种类", "kind")), Column(Words("编号", "code"), width=26), Column(Words("名称", "name"), width=30),
    Column(Words("类别", "family")), Column(Words("考评部门", "owner"), width=20), Column(Words("状态", "state")),
    Column(Words("在用版", "in force"), "number", 8), Column(Words("最新版", "latest"), "number", 8),
    Column(Words("规则原文", "text"), width=80),
    *(Column(Words(f"规则原文（续{at}）", f"text {at + 1}")) for at in range(1, PARTS)),
)  # fmt: skip


@require_safe
@permitted("library-file")
def file(request: HttpRequest) -> HttpResponse:
    """What the list shows, whole: the latest texts that the reader may see. Headings stay Chinese, so that the workbook
    can be brought back whoever made it. Two libraries may hold a rule of one name: addresses tell them apart."""
    who = asker(request)
    rows = found(seen(who), request.GET).prefetch_related("versions")
    drafts = {holder: opens_drafts(who, holder) for holder in {rule.holder for rule in rows}}
    lines = list[Sequence[Cell]]()
    for rule in rows:
        latest = max(readable(rule, rule.versions.all(), drafts[rule.holder]), key=lambda one: one.number)
        lines.append(
            (rule.kind, rule.address, rule.name, rule.family, rule.owner, STATES[State(rule.state)][1].zh,
             rule.current, latest.number, *parts(latest.text))
        )  # fmt: skip
    return exported("规则", [Column(Words(one.words.zh), one.kind, one.width) for one in COLUMNS], lines)


@require_safe
@permitted("library-texts")
def texts(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  the same for everybody
    """What is in force, as the folder ``rules`` that `steelyard check` and an auditor's own copy read."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in in_force():
            archive.writestr(ZipInfo(f"rules/{name.partition('/')[0]}/{code_of(name)}.yaml"), text)
        for _, text in bureau().calendars():
            archive.writestr(ZipInfo("calendar.yaml"), text)
    answer = HttpResponse(out.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="rules.zip"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("library-bring")
def bring(request: HttpRequest) -> HttpResponse:
    """All changed rows become drafts, or none does."""
    context: dict[str, object] = {"reason": request.POST.get("reason", ""), "kinds": KINDS.values()}
    if request.method == "POST":
        try:
            made = _brought(request, request.FILES.get("file"), context["reason"])
            messages.success(request, _told(made).of(language()))
            return redirect(f"{reverse('library')}?state=waiting" if made else reverse("library"))
        except Refused as refused:
            context["problems"] = told(refused)
    return render(request, "library/bring.html", context, status=422 if "problems" in context else 200)


def _told(made: int) -> Words:
    if not made:
        return Words("工作簿里没有改过的行，什么也没有变", "No row of the workbook was changed, so nothing is new")
    return Words(
        f"{made} 条改过的规则成为下一版，待另一人采用", f"{made} changed rules have a next version to be adopted"
    )


def _brought(request: HttpRequest, file: Any, reason: object) -> int:
    if file is None or not file.name or not file.name.lower().endswith(".xlsx") or (file.size or 0) > MOST << 20:
        raise refuse("rules-file", Place("file"), most=MOST)
    now = timezone.now()
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "规则.xlsx"
            path.write_bytes(file.read())
            rows = rows_of(path, timezone.localtime(now))
    except OSError as error:
        raise refuse("upload-disk", Place("file"), file=file.name, reason=error.strerror or "") from error
    holder = shelf(asker(request))
    wanted = _wanted(rows, holder)
    return len(write_all(wanted, str(reason), file.name[:200], holder=holder, by=me(request), now=now))


def _wanted(rows: Sequence[Row], holder: Unit | None) -> list[Wanted]:
    """What the workbook says of the library it is brought to. Raises `Refused` where it changes a rule of another, or
    is no library at all."""
    if len(rows) > (there := Rule.objects.count()) + NEW:
        raise refuse("rules-many", Place("file"), count=len(rows), there=there, most=NEW)
    placed = [(row, row.code if row.latest else address(row.code, holder)) for row in rows]
    rules = {rule.address: rule for rule in Rule.objects.filter(address__in=[at for _, at in placed])}
    mine = {at for at, rule in rules.items() if rule.holder_id == (holder.code if holder else None)}
    others = [(row, at) for row, at in placed if row.latest and at not in mine]
    if strange := _changed(others):
        named = "、".join(one[:LONGEST] for one in strange[:SHOWN])
        raise refuse("rules-elsewhere", Place("file"), count=len(strange), rules=named)
    return [Wanted(row.text, rules.get(at), row.latest) for row, at in placed if at in mine or not row.latest]


def _changed(rows: Sequence[tuple[Row, str]]) -> list[str]:
    """Addresses of rows that say something else than the version of which they were made."""
    versions = Version.objects.filter(rule__address__in=[at for _, at in rows])
    said = {(at, number): sha for at, number, sha in versions.values_list("rule__address", "number", "sha256")}
    return [at for row, at in rows if said.get((at, row.latest)) != digest(row.text)]
