"""What is handed down: charges (责任项), each in somebody's hands and under the one that it is a part of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from steelyard.engine.problems import CATALOGUE, Language

Level = Literal["task", "unit", "department", "post", "person"]
LEVELS: Mapping[Level, tuple[str, str]] = {
    "task": ("任务", "task"),
    "unit": ("单位", "unit"),
    "department": ("部门", "department"),
    "post": ("岗位", "post"),
    "person": ("人员", "person"),
}
ORDER: Mapping[Level, int] = {level: number for number, level in enumerate(LEVELS)}

CATALOGUE.add(
    {
        "cascade-twice": (
            "责任项 {charge} 写了 {times} 次；编号各用一个",
            "charge {charge} is written {times} times; every charge has an identifier of its own",
        ),
        "cascade-orphan": (
            "{level}责任项 {charge}（{holder}）上面没有任务，连同其下 {below} 项都无处可归；请挂到所属的上级责任项",
            "charge {charge} of {level} {holder} has no task above it, and {below} below it neither; "
            "put it under the charge that it is a part of",
        ),
        "cascade-unknown": (
            "责任项 {charge}（{holder}）的上级 {parent} 不存在，连同其下 {below} 项都无处可归；请更正上级，或补上它",
            "charge {charge} of {holder} stands under {parent}, which does not exist, with {below} below it; "
            "correct it or add that charge",
        ),
        "cascade-two-parents": (
            "责任项 {charge}（{holder}）有 {parents} 几个上级，分别归到 {tops}，连同其下 {below} 项归属不明；"
            "一项责任只归一处，请只留一个，或拆成几项",
            "charge {charge} of {holder}, with {below} below it, stands under {parents}, which lead to {tops}; "
            "a charge belongs to one: keep one of them, or make several charges",
        ),
        "cascade-upwards": (
            "{level}责任项 {charge}（{holder}）挂在{above}责任项 {parent} 之下；责任只能向下分解，请更正其中一个",
            "charge {charge} of {level} {holder} stands under {parent}, a charge of a {above}; "
            "charges are handed downwards only: correct one of them",
        ),
        "cascade-circle": (
            "责任项 {charges} 互为上级，绕成一圈，连同其下 {below} 项都归不到任务；请更正其中一个上级",
            "charges {charges} stand under each other in a circle, and with them {below} below; correct one of them",
        ),
        "cascade-same-holder": (
            "{holder} 在 {parent} 之下承担了 {charges} 几项同级责任；如系重复请删去，否则请合为一项",
            "{holder} has several charges of one level under {parent}: {charges}; remove what is doubled, "
            "or make it one charge",
        ),
        "cascade-nobody": (
            "任务 {task} 没有分解到任何人，止于 {ends}；请落实到人",
            "task {task} has reached nobody; it ends at {ends}. Give it to a person",
        ),
        "cascade-stops": (
            "{level}责任项 {charge}（{holder}）没有再往下分解到人；如由负责人承担，请写明",
            "charge {charge} of {level} {holder} is not handed on to a person; if its head carries it, say so",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Charge:
    """``holder`` is the code of the unit, department, post or person; ``under``: the charge that it is a part of.

    A task at the top stands under nothing. More than one charge in ``under`` is a mistake that `traced` names.
    """

    id: str
    level: Level
    holder: str
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A level by its name in both languages."""

    level: Level

    def of(self, language: Language) -> str:
        return LEVELS[self.level][language == "en"]
