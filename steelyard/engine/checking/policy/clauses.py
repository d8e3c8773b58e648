"""The documents that findings cite: laws and public documents by their names, methods of others as methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.engine.problems import Language


@dataclass(frozen=True, slots=True)
class Clause:
    """A document with its clause, in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Clauses:
    """Several, as one text."""

    each: Sequence[Clause]

    def of(self, language: Language) -> str:
        return ("；" if language == "zh" else "; ").join(clause.of(language) for clause in self.each)


# -- law ------------------------------------------------------------------------------------------------------------

COLLECTION_28 = Clause(
    "《中华人民共和国税收征收管理法》第二十八条（依法征收，不得多征、提前征收或者摊派税款）",
    "Law on the Administration of Tax Collection, article 28 (no tax beyond the law, in advance, or by apportionment)",
)
PENALTY_74 = Clause(
    "《中华人民共和国行政处罚法》（2021年修订）第七十四条（罚没款项不得同作出处罚的行政机关及其工作人员的考核、"
    "考评挂钩）",
    "Administrative Penalty Law (2021), article 74 (penalties are not tied to the assessment of the organ or its "
    "staff)",
)
OPINION_5 = Clause(
    "中办、国办《关于进一步深化税收征管改革的意见》（2021年）（应收尽收，坚决防止征收“过头税费”）",
    "Opinions on Deepening the Reform of Tax Administration (2021): collect what is due and nothing beyond it",
)
OPINION_LAWFUL = Clause(
    "中办、国办《关于进一步深化税收征管改革的意见》（2021年）（将法治素养和依法履职情况作为考核评价干部的重要内容）",
    "Opinions on Deepening the Reform of Tax Administration (2021): officers are assessed on lawful conduct",
)
SECTION_1204 = Clause(
    "参照美国1998年《国内收入署重组与改革法》第1204条、26 CFR 801（执法结果不得用于考评个人或下达指标）",
    "as a method, RRA 98 section 1204 and 26 CFR part 801 (tax enforcement results neither evaluate employees nor "
    "become quotas)",
)

# -- relief of the grass roots --------------------------------------------------------------------------------------

RELIEF_2019 = Clause(
    "中办《关于解决形式主义突出问题为基层减负的通知》（2019年）",
    "Notice on Relieving the Grass Roots of Formalism (2019)",
)
VETO_2019 = Clause(
    "中办《关于解决形式主义突出问题为基层减负的通知》（2019年）（严格控制“一票否决”事项）",
    "Notice on Relieving the Grass Roots of Formalism (2019): vetoes are strictly limited",
)
RELIEF_2024 = Clause(
    "中办、国办《整治形式主义为基层减负若干规定》（2024年）",
    "Provisions on Relieving the Grass Roots of Formalism (2024)",
)
GUANGDONG = Clause(
    "广东实践（《中国税务报》2022年12月22日）：省局能直接承接的，不再向下延伸考评基层",
    "Guangdong's practice (China Taxation News, 22 December 2022): what the province carries is not passed down",
)
HEBEI_MACHINE = Clause(
    "河北实践（《税务研究》2022年第12期）：机生机汇机考，减轻按季录入的负担",
    "Hebei's practice (Taxation Research 2022/12): data made, gathered and scored by machine, no quarterly typing",
)
HEBEI_TOLERANCE = Clause(
    "河北实践（《税务研究》2022年第12期）：整改及时、未产生严重后果的可以不扣或少扣，构建容错机制",
    "Hebei's practice (Taxation Research 2022/12): what is mended in time costs less or nothing",
)
HEBEI_BASIS = Clause(
    "河北设计（《税务研究》2022年第12期）：完善目标要求、文件依据",
    "Hebei's design (Taxation Research 2022/12): complete targets and documentary basis",
)
HEBEI_JUDGED = Clause(
    "河北实践（《税务研究》2022年第12期）：减少“人情评判”",
    "Hebei's practice (Taxation Research 2022/12): fewer judgements by favour",
)
TOLERANCE_2018 = Clause(
    "中办《关于进一步激励广大干部新时代新担当新作为的意见》（2018年）（容错纠错）",
    "Opinions on Encouraging Officials (2018): tolerance and correction of errors",
)

# -- how indicators are made ----------------------------------------------------------------------------------------

SIX_RULES = Clause(
    "《全国税务系统组织绩效管理办法》及配套制度（指标写明名称、考评标准、分值权重、考评周期、责任主体；"
    "加减分项写明分值）",
    "the national rules on organisational performance in the tax system (an indicator states name, standard, marks, "
    "period and owner; a bonus or malus states its marks)",
)
OVERLAP = Clause(
    "参照美国审计总署绩效指标九项标准（GAO-03-143）之“少重叠”",
    "as a method, the nine attributes of GAO-03-143: limited overlap",
)
MEASURABLE = Clause(
    "参照美国审计总署绩效指标九项标准（GAO-03-143）之“可衡量的目标”",
    "as a method, the nine attributes of GAO-03-143: a measurable target",
)
OBJECTIVE = Clause(
    "参照美国审计总署绩效指标九项标准（GAO-03-143）之“客观”",
    "as a method, the nine attributes of GAO-03-143: objectivity",
)
CIVIL_SERVANTS = Clause(
    "《公务员考核规定》（2020年修订）（优秀等次一般不超过百分之二十；等次按条件确定）",
    "Provisions on the Assessment of Civil Servants (2020): 优秀 normally at most 20 %; grades follow conditions",
)
ORDINARY = Clause(
    "《公务员平时考核办法（试行）》（2019年）（好等次原则上不超过百分之四十）",
    "Measures for Ordinary Assessment of Civil Servants (2019): 好 in principle at most 40 %",
)
