"""Answers where there is no page: what happened and what to do, in the reader's language, and never a traceback."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from steelyard.reports.sheet import Words
from steelyard.web.look.surroundings import surroundings

SAID = {
    400: (
        Words("这个请求无法处理", "This request cannot be handled"),
        Words(
            "请求的地址或内容不合规范。请返回上一页重新操作。",
            "Its address or content is malformed. Go back, try again.",
        ),
    ),
    403: (
        Words("不允许这样操作", "This is not allowed"),
        Words(
            "您的角色没有这项权限。如工作需要，请向系统管理员申请。",
            "Your roles do not include it. Ask the administrators if you need it.",
        ),
    ),
    404: (
        Words("没有这个页面", "There is no such page"),
        Words(
            "地址有误，内容已撤下，或者不在您的查看范围内。请核对地址，或从菜单、查找重新进入。",
            "The address is wrong, the content was taken down, or it is not yours to see. "
            "Check the address, or come in again through the menu or the search.",
        ),
    ),
    500: (
        Words("系统出错", "Something broke"),
        Words(
            "这次操作没有完成，已保存的数据不受影响。请稍后再试；仍不行时请告诉系统管理员时间和地址。",
            "What you asked for was not done; saved data are not affected. Try again later; if it happens again, "
            "tell the system administrator the time and the address.",
        ),
    ),
}
STALE = (
    Words("这张表单已过期", "This form is out of date"),
    Words(
        "可能在另一个窗口重新登录过，或页面打开太久。请返回上一页刷新后再提交，刚才的内容没有保存。",
        "You may have signed in again in another window, or the page was open for too long. Go back, reload and send "
        "it again; nothing of it was saved.",
    ),
)


def wrong(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  asked so by Django
    return _said(request, 400, SAID[400])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  asked so by Django
    return _said(request, 403, SAID[403])


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  asked so by Django
    """The same for what does not exist and for what somebody may not see."""
    return _said(request, 404, SAID[404])


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  asked so by Django
    return _said(request, 403, STALE)


def broken(request: HttpRequest) -> HttpResponse:
    """Asks for neither session nor database: one of them may be what broke."""
    given = {**surroundings(request), "code": 500, "heading": SAID[500][0], "said": SAID[500][1], "retry": True}
    return _unswapped(HttpResponse(render_to_string("look/broken.html", given), status=500))


def large(most: int) -> HttpResponse:
    """``most``: MB of one request. Told before anything of it was read, so nobody knows yet who asks."""
    said = Words(
        f"一次最多 {most} MB，这次的内容没有读入。请分几次上传；更大的文件请放进收件文件夹。",
        f"At most {most} MB at a time; nothing of this was read. Send it in parts, or put larger files into the "
        "watched folder.",
    )
    heading = Words("上传的内容太大", "This is too large")
    given = {**surroundings(None), "code": 413, "heading": heading, "said": said}
    return _unswapped(HttpResponse(render_to_string("look/broken.html", given), status=413))


def _said(request: HttpRequest, code: int, words: tuple[Words, Words]) -> HttpResponse:
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    template = "look/lost.html" if signed_in else "look/broken.html"
    given = {"code": code, "heading": words[0], "said": words[1]}
    return _unswapped(render(request, template, given, status=code))


def _unswapped(response: HttpResponse) -> HttpResponse:
    """htmx would put the answer into the part of the page that it asked for; it belongs to the whole window."""
    response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response
