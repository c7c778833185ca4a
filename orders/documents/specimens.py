"""One filled specimen of every paper: for the tests, the benchmark and the pictures in docs/papers.

The persons are invented. All specimens are demo papers of one case.
"""

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from orders.documents import papers
from orders.documents.chinese import LAW_ZONE
from orders.documents.values import (
    Agent,
    ApplicantAsServed,
    Condition,
    DeliveryWay,
    EvidenceItem,
    FullIdentity,
    KnownPlace,
    MeasureCode,
    OrderedMeasure,
    Place,
    PlaceKind,
    RespondentIdentity,
)

COURT = "成都市新津区人民法院"
NUMBER = "（2026）川0118民保令1号"
CODE = "7K2Q-9XMD-4TRB-W0HC-8ZVE-N5PJ"
CONTACT = "赵敏，028-00000000"

APPLICANT = FullIdentity(
    name="李𠮷芳",
    sex="女",
    birth_on=date(1990, 5, 1),
    id_number="510132199005010023",
    residence="四川省成都市新津区五津街道临时住处",
    phone="13800000000",
)
APPLICANT_AS_SERVED = ApplicantAsServed(name="李𠮷芳", sex="女", birth_on=date(1990, 5, 1))
RESPONDENT = RespondentIdentity(
    name="周㛃强",
    known_as="周二",
    sex="男",
    birth_on=date(1987, 11, 23),
    residence="四川省成都市新津区花桥街道某小区3栋1单元",
)
RELATION = "配偶"
AGENT = Agent(name="成都市新津区妇女联合会", ground="申请人因受到强制、威吓等原因无法自行申请")

CLAIMS = (
    "被申请人自2024年起多次殴打申请人，2026年3月10日夜间又用皮带抽打申请人头部和手臂，"
    "并以杀害申请人及其父母相威胁。请求人民法院作出人身安全保护令。"
)
FACTS = (
    "申请人与被申请人于2015年登记结婚，育有一女。2026年3月10日23时许，被申请人在家中殴打申请人，"
    "公安机关出警并制作出警记录，医院诊断申请人头皮挫伤、左前臂软组织损伤。\n"
    "被申请人在询问中认可双方发生争执，否认殴打，但未能对申请人的伤情作出合理说明。"
)
REASONS = (
    "申请人的陈述与出警记录、诊疗记录、聊天记录能够相互印证。被申请人发送的信息含有威胁内容，"
    "申请人面临再次遭受侵害的危险。"
)
MEASURES = (
    OrderedMeasure(code=MeasureCode.M1),
    OrderedMeasure(code=MeasureCode.M2),
    OrderedMeasure(code=MeasureCode.M3, within_days=2),
    OrderedMeasure(code=MeasureCode.M4),
    OrderedMeasure(code=MeasureCode.M5, distance_metres=200),
)
PLACES = (
    Place(kind=PlaceKind.WORKPLACE, words="新津区五津西路某超市"),
    Place(kind=PlaceKind.SCHOOL, words="新津区某小学"),
)
KNOWN_PLACES = (KnownPlace(kind=PlaceKind.SCHOOL, words="新津区某小学"),)
EVIDENCE = (
    EvidenceItem(code="E02", title="2026年3月10日出警记录"),
    EvidenceItem(code="E05", title="微信聊天记录截图12张"),
    EvidenceItem(code="E06", title="新津区人民医院门诊病历"),
)

_HEAD: dict[str, Any] = {"court": COURT, "demo": True}
_ORDER: dict[str, Any] = {
    **_HEAD,
    "number": NUMBER,
    "respondent": RESPONDENT,
    "relation": RELATION,
    "accepted_on": date(2026, 3, 14),
    "emergency": True,
    "claims": CLAIMS,
    "facts_found": FACTS,
    "reasons": REASONS,
    "measures": MEASURES,
    "made_on": date(2026, 3, 15),
    "valid_until_on": date(2026, 9, 15),
    "reconsideration_last_on": date(2026, 3, 20),
    "judge": "王正",
    "clerk": "赵敏",
    "verification_code": CODE,
}
_NOTICE: dict[str, Any] = {
    **_HEAD,
    "number": NUMBER,
    "applicant_name": APPLICANT.name,
    "respondent": RESPONDENT,
    "measures": MEASURES,
    "made_on": date(2026, 3, 15),
    "valid_until_on": date(2026, 9, 15),
    "court_contact": CONTACT,
    "verification_code": CODE,
}


def application(**changes: Any) -> papers.ApplicationPaper:
    return papers.ApplicationPaper(
        **{
            **_HEAD,
            "applicant": APPLICANT,
            "respondent": RESPONDENT,
            "relation": RELATION,
            "measures": tuple(OrderedMeasure(code=measure.code) for measure in MEASURES),
            "months": 6,
            "narrative": "他从前年开始打我。\n这次用皮带打我的头，还发信息说要杀我全家。我很害怕，孩子也看见了。",
            "last_incident": "2026年3月10日夜里",
            "kinds": ("殴打", "威胁", "跟踪"),
            "danger_statements": ("他威胁要杀我", "他有刀"),
            "evidence": EVIDENCE,
            "submitted_at": datetime(2026, 3, 14, 9, 52, tzinfo=LAW_ZONE),
            "confirmed_by": APPLICANT.name,
            "confirmation": "申请人通过网上方式提交，并确认以上内容属实。",
            **changes,
        }
    )


def safe_contact(**changes: Any) -> papers.SafeContactPaper:
    return papers.SafeContactPaper(
        **{
            **_HEAD,
            "name": APPLICANT.name,
            "residence": APPLICANT.residence,
            "channel": "短信",
            "address": APPLICANT.phone,
            "safe_hours": "工作日9时至11时",
            "code_word": "蓝色的伞",
            "trusted_person": "其姐，13900000000",
            **changes,
        }
    )


def applicant_ruling(**changes: Any) -> papers.ApplicantRuling:
    return papers.ApplicantRuling(
        **{
            **_ORDER,
            "applicant": APPLICANT,
            "agent": AGENT,
            "evidence": EVIDENCE,
            "protected_places": PLACES,
            **changes,
        }
    )


def respondent_ruling(**changes: Any) -> papers.RespondentRuling:
    return papers.RespondentRuling(
        **{**_ORDER, "applicant": APPLICANT_AS_SERVED, "known_places": KNOWN_PLACES, **changes}
    )


def police_ruling(**changes: Any) -> papers.PoliceRuling:
    return papers.PoliceRuling(
        **{
            **_ORDER,
            "applicant": APPLICANT,
            "agent": AGENT,
            "protected_places": PLACES,
            "danger_level": "高",
            "court_contact": CONTACT,
            **changes,
        }
    )


def rejection(**changes: Any) -> papers.RejectionRuling:
    shared = {item.name for item in fields(papers.RejectionRuling)}
    return papers.RejectionRuling(
        **{
            **{name: value for name, value in _ORDER.items() if name in shared},
            "applicant": APPLICANT,
            "facts_found": "2026年3月10日晚，双方因子女教育问题发生口角。出警记录载明现场未见肢体冲突，申请人未就诊，双方此前无报警和求助记录。",
            "reasons": "现有证据不足以认定申请人遭受家庭暴力或者面临家庭暴力现实危险的事实存在较大可能性。",
            "conditions_failed": (Condition.VIOLENCE_OR_DANGER,),
            **changes,
        }
    )


def service_certificate(**changes: Any) -> papers.ServiceCertificate:
    return papers.ServiceCertificate(
        **{
            **_HEAD,
            "number": NUMBER,
            "documents": ("民事裁定书（被申请人副本）壹份",),
            "recipient": RESPONDENT.name,
            "capacity": "被申请人",
            "way": DeliveryWay.LEAVING,
            "place": RESPONDENT.residence,
            "served_at": datetime(2026, 3, 15, 16, 5, tzinfo=LAW_ZONE),
            "result": "受送达人拒绝签收，留置送达",
            "refusal": "受送达人称不认可裁定。见证人：社区工作人员陈立。已录像。",
            "servers": ("赵敏", "民警刘洋"),
            **changes,
        }
    )


def police_notice(**changes: Any) -> papers.PoliceAssistanceNotice:
    return papers.PoliceAssistanceNotice(
        **{
            **_NOTICE,
            "addressee": "成都市公安局新津区分局五津派出所",
            "relation": RELATION,
            "protected_places": PLACES,
            **changes,
        }
    )


def committee_notice(**changes: Any) -> papers.CommitteeAssistanceNotice:
    return papers.CommitteeAssistanceNotice(
        **{**_NOTICE, "addressee": "五津街道某社区居民委员会", "street": "五津街道", **changes}
    )


def acceptance_notice(**changes: Any) -> papers.AcceptanceNotice:
    return papers.AcceptanceNotice(
        **{
            **_HEAD,
            "number": NUMBER,
            "applicant_name": APPLICANT.name,
            "respondent_name": RESPONDENT.name,
            "accepted_at": datetime(2026, 3, 14, 10, 20, tzinfo=LAW_ZONE),
            "hours": 24,
            "emergency": True,
            "strict_at": datetime(2026, 3, 15, 10, 20, tzinfo=LAW_ZONE),
            "legal_at": datetime(2026, 3, 15, 11, 0, tzinfo=LAW_ZONE),
            "court_contact": CONTACT,
            "made_on": date(2026, 3, 14),
            **changes,
        }
    )


def correction_notice(**changes: Any) -> papers.CorrectionNotice:
    return papers.CorrectionNotice(
        **{
            **_HEAD,
            "receipt_reference": "R7QK-2M9D",
            "applicant_name": APPLICANT.name,
            "corrections": ("写明被申请人的姓名或者其他可以确认其身份的信息", "写明请求的具体措施"),
            "how": "凭申请编号和口令登录后补充，或者到本院立案窗口口头补充",
            "answer_by_on": date(2026, 3, 17),
            "court_contact": CONTACT,
            "made_on": date(2026, 3, 14),
            **changes,
        }
    )


ALL = {
    "application": application,
    "safe_contact": safe_contact,
    "ruling_applicant": applicant_ruling,
    "ruling_respondent": respondent_ruling,
    "ruling_police": police_ruling,
    "ruling_rejection": rejection,
    "service_certificate": service_certificate,
    "assistance_police": police_notice,
    "assistance_committee": committee_notice,
    "acceptance_notice": acceptance_notice,
    "correction_notice": correction_notice,
}
