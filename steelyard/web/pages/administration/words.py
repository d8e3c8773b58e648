"""Codes of administration as people read them."""

from __future__ import annotations

from steelyard.reports.sheet import Words
from steelyard.web.people.models import Grant, GrantState, Way
from steelyard.web.people.roles import ENGLISH, Role
from steelyard.web.trail.models import Event

ACTS = {
    "sign-in": Words("登录", "sign in"),
    "sign-out": Words("退出", "sign out"),
    "sign-in-again": Words("再次确认身份", "show identity again"),
    "sessions-end": Words("结束会话", "end sessions"),
    "password-change": Words("修改口令", "change password"),
    "second-set-up": Words("设置第二步验证", "set up second step"),
    "invitation-follow": Words("用一次性链接设口令", "follow one-time link"),
    "site-set-up": Words("建站", "set up the site"),
    "account-new": Words("新建账号", "create account"),
    "account-disable": Words("停用账号", "disable account"),
    "account-enable": Words("启用账号", "enable account"),
    "account-reset": Words("发重设链接", "give reset link"),
    "account-way": Words("更改登录方式", "change way of signing in"),
    "account-second": Words("解除第二步验证", "forget second factor"),
    "account-clearance": Words("更改数据级别", "change clearance"),
    "grant-propose": Words("提出授权", "propose role"),
    "grant-confirm": Words("确认授权", "confirm role"),
    "grant-refuse": Words("否决授权", "refuse role"),
    "grant-end": Words("终止授权", "end role"),
    "delegate": Words("交人代理", "lend role"),
    "trail-export": Words("导出审计记录", "export trail"),
    "trail-verify": Words("核验审计链", "verify trail"),
    "checkpoint-new": Words("生成检查点", "make checkpoint"),
    "register-bring": Words("更新机构与人员", "update organisation"),
    "person-transfer": Words("人员调动", "transfer"),
    "organisation-upload": Words("上传或报送登记册", "upload or send registers"),
    "organisation-apply": Words("采用导入", "apply import"),
    "organisation-refuse": Words("不采用导入", "refuse import"),
    "token-new": Words("发放令牌", "make token"),
    "token-end": Words("作废令牌", "end token"),
    "api-facts": Words("接口推送数据", "push facts"),
}
SCOPES = {
    "facts": Words("推送业务数据", "push facts"),
    "results": Words("读取结果", "read results"),
    "persons": Words("读取个人绩效", "read personal results"),
    "uses": Words("登记结果的运用", "log uses of results"),
    "prompts": Words("请求触发式提示", "ask for prompts"),
    "organisation": Words("读取机构与人员", "read the organisation"),
    "register": Words("报送机构与人员", "submit the register"),
    "register-apply": Words("自行采用小的变动", "apply small changes itself"),
}
STATES = {
    GrantState.PROPOSED: ("warn", Words("待确认", "waiting")),
    GrantState.CONFIRMED: ("good", Words("已生效", "in force")),
    GrantState.REFUSED: ("", Words("已否决", "refused")),
    GrantState.ENDED: ("", Words("已终止", "ended")),
}
WAYS = {
    Way.PASSWORD: Words("本站口令", "password of this site"),
    Way.DIRECTORY: Words("单位目录（LDAP）", "the bureau's directory (LDAP)"),
    Way.PROVIDER: Words("统一身份认证（OIDC）", "single sign-on (OIDC)"),
}
OUTCOMES = {
    "done": ("good", Words("完成", "done")),
    "refused": ("warn", Words("被拒", "refused")),
    "failed": ("bad", Words("失败", "failed")),
}


def role_words(role: str) -> Words:
    return Words(Role(role).label, ENGLISH[Role(role)]) if role in Role.values else Words(role)


def act_words(event: Event) -> Words:
    return ACTS.get(event.act, Words(event.act))


def state_words(grant: Grant) -> tuple[str, Words]:
    return STATES[GrantState(grant.state)]
