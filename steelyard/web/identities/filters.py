"""Search filters of a directory (RFC 4515), read into a tree before any name is put in: what somebody types is a value
of the tree, so no sign of it can ever become a part of the filter."""

from __future__ import annotations

import re
from typing import Any

from pyasn1.error import PyAsn1Error
from pyasn1_modules.rfc2251 import Filter

NAME = "{username}"
_ITEM = re.compile(r"([A-Za-z0-9.;-]*)(:dn)?(:[A-Za-z0-9.-]+)?(:=|~=|>=|<=|=)([^()\0]*)\Z")
_ESCAPED = re.compile(rb"\\([0-9A-Fa-f]{2})")
_KINDS = {"=": "equalityMatch", "~=": "approxMatch", ">=": "greaterOrEqual", "<=": "lessOrEqual"}


def built(text: str, username: str) -> Filter:
    """Raises `ValueError` with the reason in both languages for what is no filter."""
    found = Filter()
    try:
        rest = _read(text.strip(), found, username.encode())
    except (PyAsn1Error, KeyError) as error:
        raise ValueError("括号套得太深（最多三层） brackets are nested too deeply, three levels at most") from error
    if rest:
        raise ValueError(f"“{rest}”是多余的 '{rest}' is left over")
    return found


def _read(text: str, into: Any, name: bytes) -> str:
    """One filter in brackets; what follows it."""
    if not text.startswith("("):
        raise ValueError(f"“{text[:20]}”之前缺左括号 an opening bracket is missing before '{text[:20]}'")
    sign, inside = text[1:2], text[2:]
    if sign == "!":
        return _closed(_read(inside, into["not"], name))
    if sign in ("&", "|"):
        some, number = into["and" if sign == "&" else "or"], 0
        while inside.startswith("("):
            inside, number = _read(inside, some[number], name), number + 1
        return _closed(inside if number else "")
    end = text.find(")")
    _item(text[1 : end if end > 0 else None], into, name)
    return _closed(text[end:] if end > 0 else "")


def _closed(text: str) -> str:
    if not text.startswith(")"):
        raise ValueError("缺右括号，或括号里没有条件 a closing bracket is missing, or nothing stands in the brackets")
    return text[1:]


def _item(text: str, into: Any, name: bytes) -> None:
    found = _ITEM.match(text)
    if found is None or not (found[1] or found[3]) or ((found[2] or found[3]) and found[4] != ":="):
        raise ValueError(f"“{text}”不是“属性=值” '{text}' is no 'attribute=value'")
    attribute, _, rule, sign, value = found.groups()
    if sign == ":=":
        _extensible(into["extensibleMatch"], attribute, bool(found[2]), (rule or "")[1:], _bytes(value, name))
    elif sign == "=" and value == "*":
        into["present"] = attribute
    elif sign == "=" and "*" in value:
        _substrings(into["substrings"], attribute, value.split("*"), name)
    else:
        into[_KINDS[sign]]["attributeDesc"], into[_KINDS[sign]]["assertionValue"] = attribute, _bytes(value, name)


def _extensible(into: Any, attribute: str, names: bool, rule: str, value: bytes) -> None:
    if rule:
        into["matchingRule"] = rule
    if attribute:
        into["type"] = attribute
    into["matchValue"], into["dnAttributes"] = value, names


def _substrings(into: Any, attribute: str, parts: list[str], name: bytes) -> None:
    into["type"], number = attribute, 0
    for place, part in enumerate(parts):
        if part:
            kind = "initial" if place == 0 else "final" if place == len(parts) - 1 else "any"
            into["substrings"][number][kind] = _bytes(part, name)
            number += 1


def _bytes(value: str, name: bytes) -> bytes:
    """The bytes that a value stands for; the name is put in last, so nothing in it is read as an escape."""
    pieces = value.encode().split(NAME.encode())
    return name.join(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), piece) for piece in pieces)
