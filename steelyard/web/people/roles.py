"""The roles, and which of them no two of which one person may have."""

from __future__ import annotations

from steelyard.web.look.choosing import Choices


class Role(Choices):
    OFFICE = "office", "绩效办"
    ASSESSOR = "assessor", "考评部门"
    COMMITTEE = "committee", "考评委员会"
    GROUP = "group", "领导小组"
    UNIT = "unit", "被考评单位"
    OFFICER = "officer", "税务干部"
    LEADER = "leader", "领导"
    AUDITOR = "auditor", "审计"
    SYSTEM = "system", "系统管理员"
    SECURITY = "security", "安全管理员"
    RECORDS = "records", "审计管理员"
    INTEGRATION = "integration", "系统集成"


ENGLISH = {
    Role.OFFICE: "performance office", Role.ASSESSOR: "assessing department", Role.COMMITTEE: "assessment committee",
    Role.GROUP: "leading group", Role.UNIT: "assessed unit", Role.OFFICER: "tax officer", Role.LEADER: "leader",
    Role.AUDITOR: "auditor", Role.SYSTEM: "system administrator", Role.SECURITY: "security administrator",
    Role.RECORDS: "audit administrator", Role.INTEGRATION: "integration of a system",
}  # fmt: skip

RIGHTS = (Role.ASSESSOR, Role.OFFICE, Role.COMMITTEE, Role.GROUP)
"""Scores, checks the scorers, rules on appeals, approves: four rights that are never held by one person."""
ADMINISTRATORS = (Role.SYSTEM, Role.SECURITY, Role.RECORDS)
"""三员: each keeps an eye on the others, so none is the other, and none has a part in results."""

SENSITIVE = frozenset((*RIGHTS, *ADMINISTRATORS, Role.AUDITOR, Role.INTEGRATION))
"""Roles that nobody gets by the hand of one person alone."""
TWO_FACTORS = frozenset((*RIGHTS, *ADMINISTRATORS))
"""Who scores or administers signs in with a second factor."""
DELEGABLE = frozenset((*RIGHTS, Role.UNIT, Role.LEADER))
"""Roles that may be lent for a while; nobody stands in for an administrator, an auditor, or for a person as such."""


def apart(one: str, other: str) -> bool:
    """Whether no person may have both."""
    if one == other:
        return False
    if Role.INTEGRATION in (one, other):  # an account of a system is nobody's
        return True
    if one in RIGHTS and other in RIGHTS:
        return True
    administrators = (one in ADMINISTRATORS, other in ADMINISTRATORS)
    return any(administrators) and Role.OFFICER not in (one, other)
