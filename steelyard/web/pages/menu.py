"""The menus as a table: what stands where, under which name, and which of it the asker may open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from steelyard.reports.sheet import NO_WORDS, Words
from steelyard.web.messages.reading import unread
from steelyard.web.people.asking import Asker, asker
from steelyard.web.people.roles import ENGLISH, Role


@dataclass(frozen=True)
class Entry:
    """One line of a menu. ``name``: of its address, which also decides who may open it. ``below``: names of addresses
    that are reached from this one, so that it stays marked and leads back. ``count``: what waits there."""

    name: str
    words: Words
    icon: str = "file-text"
    below: tuple[str, ...] = ()
    url: str = ""
    here: bool = False
    count: int = 0


@dataclass(frozen=True)
class Group:
    words: Words
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Top:
    """One word of the top menu, with the groups of the side menu that it opens."""

    words: Words
    groups: tuple[Group, ...]
    url: str = ""
    here: bool = False


@dataclass(frozen=True)
class Menu:
    tops: tuple[Top, ...] = ()
    groups: tuple[Group, ...] = ()
    crumbs: tuple[Entry, ...] = ()
    heading: Words = NO_WORDS
    account: tuple[Entry, ...] = ()
    bells: tuple[Entry, ...] = ()
    roles: tuple[Words, ...] = ()
    place: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


# Whoever makes a page puts one line here. An address that does not exist, or that the asker may not open, is not shown.
TOPS: Sequence[Top] = (
    Top(Words("工作台", "Desk"), (Group(Words("工作台", "Desk"), (Entry("home", Words("首页", "Home"), "home"),)),)),
    Top(
        Words("评价结果", "Results"),
        (
            Group(
                Words("全局", "The whole"),
                (
                    Entry("wholes", Words("全局一页", "Overview"), "home", ("whole",)),
                    Entry("rankings", Words("红黑榜与排名", "Boards and ranking"), "medal", ("ranking",)),
                    Entry(
                        "rule-texts",
                        Words("指标与规则", "Indicators"),
                        "books",
                        ("indicators", "indicator", "rule-text"),
                    ),
                    Entry("walls", Words("指挥大屏", "Wall display"), "device-desktop-analytics", ("wall",)),
                ),
            ),
            Group(
                Words("画像分析", "Portraits"),
                (
                    Entry(
                        "portraits",
                        Words("单位画像", "Unit portrait"),
                        "building-bank",
                        ("portrait", "unit-indicators", "explanation", "rows", "proof"),
                    ),
                    Entry("healths", Words("体检报告", "Health check"), "clipboard-check", ("health",)),
                    Entry("ledger", Words("个人绩效", "Own account"), "users", ("person", "person-own")),
                    Entry("comparisons", Words("对比", "Compare"), "arrows-diff", ("compare",)),
                    Entry("findings-door", Words("外部发现", "Findings"), "file-search", ("findings", "finding-add")),
                ),
            ),
            Group(
                Words("结果运用", "Use of results"),
                (Entry("uses", Words("运用登记簿", "Register of uses"), "clipboard-check", ("use", "use-new")),),
            ),
        ),
    ),
    Top(
        Words("过程管控", "In progress"),
        (
            Group(
                Words("事前提示", "Prompts"),
                (
                    Entry("prompts", Words("触发式提示", "Prompts"), "bell", ("prompt",)),
                    Entry(
                        "prompt-door",
                        Words("业务页面演示", "In a business page"),
                        "device-desktop-analytics",
                        ("prompt-try",),
                    ),
                ),
            ),
            Group(
                Words("事中监控", "Watching"),
                (Entry("alerts", Words("预警", "Alerts"), "alert-triangle", ("alert", "alert-part")),),
            ),
            Group(
                Words("督考合一", "Supervision"),
                (
                    Entry("tasks", Words("督办任务", "Supervised tasks"), "flag", ("task", "task-new")),
                    Entry("tasks-mine", Words("我的督办", "My tasks"), "checklist", ("task-assisted",)),
                    Entry("tasks-risk", Words("逾期风险", "At risk"), "chart-line"),
                ),
            ),
            Group(
                Words("推进", "Review"),
                (Entry("meetings", Words("推进会", "Review meetings"), "users", ("meeting", "meeting-new")),),
            ),
        ),
    ),
    Top(
        Words("计划制定", "Planning"),
        (
            Group(
                Words("规则", "Rules"),
                (
                    Entry(
                        "library",
                        Words("指标库", "Library"),
                        "books",
                        ("rule", "rule-new", "rule-write", "rule-persons", "rule-read", "library-bring"),
                    ),
                    Entry("scenarios", Words("情景比较", "Scenarios"), "arrows-diff", ("scenario",)),
                    Entry("calendar", Words("工作日历", "Working calendar"), "calendar", ("calendar-write",)),
                ),
            ),
            Group(
                Words("方案", "Plans"),
                (
                    Entry(
                        "makings",
                        Words("方案制定", "Plans in the making"),
                        "clipboard-check",
                        ("making", "making-new", "making-tick", "making-head", "making-notice"),
                    ),
                ),
            ),
            Group(
                Words("任务分解", "Cascade"),
                (
                    Entry(
                        "cascades",
                        Words("分解与认定", "Cascades"),
                        "sitemap",
                        (
                            "cascade",
                            "cascade-new",
                            "cascade-persons",
                            "cascade-assignments",
                            "cascade-unit",
                            "assignment",
                            "cascade-letter",
                            "cascade-tracing",
                            "cascade-root",
                            "cascade-indicator",
                            "personal-plan",
                        ),
                    ),
                    Entry("cascade-overdue", Words("逾期未确认", "Overdue"), "clock"),
                    Entry(
                        "cascade-ours",
                        Words("本单位责任", "Of my unit"),
                        "clipboard-check",
                        ("cascade-unit", "assignment", "cascade-letter", "personal-plan"),
                    ),
                    Entry("personal-plan-mine", Words("我的计划书", "My plan"), "file-text", ("personal-plan",)),
                    Entry(
                        "cascade-mine", Words("我的责任", "My responsibilities"), "user-circle", ("cascade-own-letter",)
                    ),
                ),
            ),
            Group(
                Words("改进", "Improvement"),
                (
                    Entry(
                        "labs",
                        Words("指标质量", "Indicator quality"),
                        "chart-line",
                        ("lab", "lab-indicator", "lab-retire", "lab-next", "lab-candidates"),
                    ),
                ),
            ),
        ),
    ),
    Top(
        Words("考评组织", "Assessment"),
        (
            Group(
                Words("数据", "Data"),
                (
                    Entry("deliver", Words("上传数据", "Bring data"), "upload"),
                    Entry("batches", Words("数据批次", "Batches"), "database", ("batch",)),
                    Entry("deliveries", Words("收件记录", "Deliveries"), "file-download"),
                ),
            ),
            Group(
                Words("录入", "Entry"),
                (Entry("panels", Words("评定", "Judged items"), "clipboard-check", ("panel", "panel-open")),),
            ),
            Group(
                Words("运行与公布", "Runs"),
                (
                    Entry("runs", Words("运行与版本", "Runs and versions"), "scale", ("run", "run-start")),
                    Entry("procedure", Words("办理进度", "Procedure"), "route"),
                    Entry("notices", Words("通报与通知书", "Notices"), "certificate"),
                    Entry("jobs", Words("任务", "Jobs"), "checklist", ("job",)),
                ),
            ),
        ),
    ),
    Top(
        Words("绩效沟通", "Dialogue"),
        (
            Group(
                Words("申诉", "Appeals"),
                (
                    Entry(
                        "appeals",
                        Words("申诉复核", "Appeals"),
                        "gavel",
                        ("appeal", "appeal-file", "person-appeal", "dialogue"),
                    ),
                ),
            ),
        ),
    ),
    Top(
        Words("系统管理", "Administration"),
        (
            Group(
                Words("人员与权限", "People and roles"),
                (
                    Entry("accounts", Words("账号", "Accounts"), "users", ("account", "account-new", "account-reset")),
                    Entry("grants", Words("授权", "Roles"), "id-badge-2", ("grant-new",)),
                    Entry("tokens", Words("令牌", "Tokens"), "key", ("token-new", "token-end")),
                    Entry(
                        "organisation",
                        Words("机构与人员", "Organisation"),
                        "sitemap",
                        ("organisation-upload", "organisation-bring", "organisation-apply", "organisation-refuse"),
                    ),
                ),
            ),
            Group(
                Words("审计", "Audit"),
                (
                    Entry("trail", Words("审计记录", "Audit trail"), "history", ("trail-event", "trail-verify")),
                    Entry("checkpoints", Words("检查点", "Checkpoints"), "certificate"),
                ),
            ),
            Group(Words("运行", "Operation"), (Entry("channels", Words("消息通道", "Channels"), "route"),)),
            Group(Words("外观", "Look"), (Entry("style", Words("零件一览", "Pieces"), "adjustments-horizontal"),)),
        ),
    ),
)
ACCOUNT: Sequence[Entry] = (
    Entry("own", Words("我的账号", "My account"), "user-circle", ("own-delegate",)),
    Entry("own-password", Words("修改口令", "Change password"), "key"),
    Entry("own-second", Words("两步验证", "Second factor"), "shield-lock"),
    Entry("own-messages", Words("消息提醒", "Reminders"), "bell"),
)
BELLS: Sequence[Entry] = (Entry("messages", Words("消息", "Messages"), "bell"),)


def menu(request: HttpRequest) -> dict[str, Menu]:
    """Context processor: the menus of whoever asks, with the page where he is marked."""
    user = getattr(request, "user", None)  # an answer may be refused before anybody asked who it is for
    if user is None or not user.is_authenticated:
        return {"menu": Menu()}
    who, here = asker(request), _place(request)
    tops = tuple(_opened(who, here))
    mark = next((top for top in tops if top.here), None)
    entry = next((one for top in tops for group in top.groups for one in group.entries if one.here), None)
    return {
        "menu": Menu(
            tops,
            mark.groups if mark else (),
            _crumbs(mark, entry, here),
            entry.words if entry else NO_WORDS,
            tuple(_shown(who, ACCOUNT, here)),
            tuple(replace(one, count=unread(user)) for one in _shown(who, BELLS, here)),
            tuple(Words(Role(role).label, ENGLISH[Role(role)]) for role in sorted(who.roles)),
        )
    }


def _place(request: HttpRequest) -> str:
    """The name of the page where we are; an act that is shown again with its mistakes is on the page above it."""
    here = (request.resolver_match and request.resolver_match.url_name) or ""
    if not here or any(here in (one.name, *one.below) for top in TOPS for group in top.groups for one in group.entries):
        return here
    try:
        return resolve(request.path.rpartition("/")[0] + "/").url_name or here
    except Resolver404:
        return here


def _opened(who: Asker, here: str) -> Iterator[Top]:
    for top in TOPS:
        groups = [replace(group, entries=tuple(_shown(who, group.entries, here))) for group in top.groups]
        shown = tuple(group for group in groups if group.entries)
        if shown:
            inside = any(one.here for group in shown for one in group.entries)
            yield replace(top, groups=shown, url=shown[0].entries[0].url, here=inside)


def _shown(who: Asker, entries: Sequence[Entry], here: str) -> Iterator[Entry]:
    for one in entries:
        try:
            url = reverse(one.name)
        except NoReverseMatch:
            continue
        if who.may(one.name):
            yield replace(one, url=url, here=here == one.name or here in one.below)


def _crumbs(top: Top | None, entry: Entry | None, here: str) -> tuple[Entry, ...]:
    """The way here; what we are looking at has no address, the page above it has."""
    if top is None or entry is None:
        return ()
    first = Entry(top.words.zh, top.words)
    return (first, entry if here in entry.below else replace(entry, url=""))
