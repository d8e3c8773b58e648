"""Priority tasks are carried by indicators of plans (C1), and duties to which indicators are linked are told (C3)."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.model.basis import Duty, Trigger
from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.engine.shape import suggestion
from steelyard.engine.sources.coverage import coverage, plans_of

CATALOGUE.add(
    {
        "task-unknown-indicator": (
            "重点工作“{task}”要由指标“{name}”承接，库里没有这个指标{suggestion}；请改正，或先建立这个指标",
            "task '{task}' is to be carried by indicator '{name}', which does not exist{suggestion}; correct it, or "
            "write that indicator first",
        ),
        "task-not-covered": (
            "{year} 年必须覆盖的重点工作“{task}”没有一个指标列入当年的计划；请责任部门{owner}选定指标列入计划；"
            "这项工作写明的指标：{indicators}；当年的计划：{plans}",
            "no indicator of the mandatory task '{task}' of {year} is in a plan of that year; {owner} is responsible: "
            "choose indicators and put them into a plan; the task names: {indicators}; plans of that year: {plans}",
        ),
        "trigger-unknown-indicator": (
            "“{duty}”的触发环节“{process}·{step}”写明影响指标“{name}”，库里没有这个指标{suggestion}；请改正，或先建立这个指标",
            "the trigger '{process}, {step}' of '{duty}' names indicator '{name}', which does not exist{suggestion}; "
            "correct it, or write that indicator first",
        ),
        "trigger-twice": (
            "“{duty}”两条职责都由“{process}·{step}”触发；同一环节只在一条职责下写一次",
            "two items of '{duty}' are triggered by '{process}, {step}'; write each step under one item, once",
        ),
        "duty-untold": (
            "个人计划“{plan}”把指标“{indicator}”关联到“{duty}”，规则书里没有这项岗责（duty:）{suggestion}；"
            "请写明它干什么，或改正名称",
            "plan '{plan}' links indicator '{indicator}' to '{duty}', for which the book has no duty{suggestion}; "
            "write what it does (duty:), or correct the name",
        ),
    }
)


@check(stage="references", code="task-unknown-indicator")
def tasks_name_indicators(context: Context) -> Iterator[Problem]:
    """重点工作写明的承接指标要在规则书里。

    The indicators that a priority task names are in the book.
    """
    known = list(context.book.indicators)
    for task in context.book.tasks.values():
        for index, id in enumerate(task.indicators):
            if id not in context.book.indicators:
                params = {"task": task.name, "name": id, "suggestion": suggestion(id, known)}
                yield Problem("task-unknown-indicator", task.place("indicators", index), params)


@check(stage="references", code="trigger-unknown-indicator")
def triggers_name_indicators(context: Context) -> Iterator[Problem]:
    """岗责的触发环节写明影响的指标要在规则书里。

    The indicators that the triggers of a duty name are in the book.
    """
    known = list(context.book.indicators)
    for duty, trigger in _triggers(context):
        for index, id in enumerate(trigger.indicators):
            if id not in context.book.indicators:
                params = {**_named(duty, trigger), "name": id, "suggestion": suggestion(id, known)}
                yield Problem("trigger-unknown-indicator", trigger.place("indicators", index), params)


@check(stage="references", code="trigger-twice")
def a_trigger_prompts_one_item(context: Context) -> Iterator[Problem]:
    """一项岗责里，同一流程的同一环节只触发一条职责。

    Within a duty a step of a process triggers one item.
    """
    seen = set[tuple[str, str, str]]()
    for duty, trigger in _triggers(context):
        key = (duty.id, trigger.process, trigger.step)
        if key in seen:
            yield Problem("trigger-twice", trigger.place(), _named(duty, trigger))
        seen.add(key)


def _triggers(context: Context) -> Iterator[tuple[Duty, Trigger]]:
    for duty in context.book.duties.values():
        yield from ((duty, trigger) for item in duty.items for trigger in item.triggers)


def _named(duty: Duty, trigger: Trigger) -> dict[str, str]:
    return {"duty": duty.name, "process": trigger.process, "step": trigger.step}


@check(stage="meaning", code="task-not-covered")
def mandatory_tasks_are_covered(context: Context) -> Iterator[Problem]:
    """必须覆盖的重点工作，当年至少有一个指标列入某个计划；当年还没有计划的不检查。

    A mandatory priority task has at least one of its indicators in a plan of its year; not checked while that year has
    no plan yet.
    """
    for row in coverage(context.book):
        plans = [plan.id for plan in plans_of(context.book, row.task.year)]
        if row.missing and plans:
            task = row.task
            params = {"task": task.name, "year": task.year, "owner": task.owner, "plans": "、".join(plans)}
            params |= {"indicators": "、".join(task.indicators) or "—"}
            yield Problem("task-not-covered", task.place(), params)


@check(stage="meaning", code="duty-untold")
def linked_duties_are_told(context: Context) -> Iterator[Problem]:
    """写了岗责的规则书，个人计划关联到的每项职责都要有岗责：干什么、考什么、怎么考才说得出来。

    A book with duties tells every duty to which a plan for persons links indicators; otherwise nobody can read what is
    done there, what is assessed and how.
    """
    told = [duty.name for duty in context.book.duties.values()]
    for persons in context.book.persons.values() if told else ():
        for link in persons.links:
            for index, name in enumerate(link.duties):
                if name not in told:
                    params = {"plan": persons.id, "indicator": link.indicator, "duty": name}
                    params |= {"suggestion": suggestion(name, told)}
                    yield Problem("duty-untold", link.place("duties", index), params, "warning")
