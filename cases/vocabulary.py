"""Closed lists of the record (law.md 5, 7, 8), each with the words that people read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where the application stands (law.md 5)."""

    SUBMITTED = "submitted", _("已提交，等待法院受理")
    CORRECTION_REQUESTED = "correction_requested", _("法院请您补充材料")
    NOT_ACCEPTED = "not_accepted", _("未受理")
    ACCEPTED = "accepted", _("已受理，法院正在审查")
    ORDER_ISSUED = "order_issued", _("已作出裁定，发出命令")
    REJECTED = "rejected", _("已驳回")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN_STATES = frozenset({State.SUBMITTED, State.CORRECTION_REQUESTED, State.ACCEPTED})


class Side(TextChoices):
    """A person's side in the case."""

    APPLICANT = "applicant", _("申请人")
    RESPONDENT = "respondent", _("被申请人")
    AGENT = "agent", _("代为申请人")
    CHILD = "child", _("未成年子女")
    HELPER = "helper", _("帮助人")


class Sex(TextChoices):
    FEMALE = "female", _("女")
    MALE = "male", _("男")
    UNKNOWN = "", _("未说明")


class Relation(TextChoices):
    """What the respondent is to the applicant."""

    SPOUSE = "spouse", _("配偶")
    FORMER_SPOUSE = "former_spouse", _("前配偶")
    COHABITANT = "cohabitant", _("同居的人")
    FORMER_COHABITANT = "former_cohabitant", _("以前同居的人")
    PARENT = "parent", _("父母")
    CHILD = "child", _("子女")
    SIBLING = "sibling", _("兄弟姐妹")
    OTHER_RELATIVE = "other_relative", _("其他亲属")
    OTHER = "other", _("其他共同生活的人")


class IdentityKind(TextChoices):
    """Papers of identity; none is an answer (INV-21)."""

    RESIDENT = "resident", _("居民身份证")
    HK_MACAO = "hk_macao", _("港澳居民证件")
    TAIWAN = "taiwan", _("台湾居民证件")
    PASSPORT = "passport", _("护照")
    NONE = "none", _("没有或现在不提供")


class IncidentKind(TextChoices):
    """What happened, in plain words."""

    HIT = "hit", _("打人、推搡、用东西砸")
    THREAT = "threat", _("威胁、恐吓")
    FOLLOWED = "followed", _("跟踪、蹲守")
    MESSAGES = "messages", _("不停打电话、发消息骚扰")
    LOCKED_IN = "locked_in", _("不让出门、关起来")
    MONEY = "money", _("控制钱、不给生活费")
    SEXUAL = "sexual", _("强迫发生性行为")
    CHILDREN = "children", _("孩子看到或被打")


class DangerSign(TextChoices):
    """Danger questions of the filing; each can be answered yes, no or skipped (K4)."""

    NEXT_DAY = "next_day", _("担心今天或明天就会再受伤害")
    WEAPON = "weapon", _("用过刀或其他凶器，或者手边有")
    CHOKED = "choked", _("掐过脖子或捂过口鼻")
    THREAT_TO_KILL = "threat_to_kill", _("说过要杀人或一起死")
    SEPARATING = "separating", _("正在分手、离婚或刚搬走")
    KNOWS_PLACE = "knows_place", _("知道现在住的地方或学校、单位")
    WORSE = "worse", _("近来越来越频繁或越来越重")
    CHILD_HURT = "child_hurt", _("伤害或威胁过孩子")


class DangerLevel(TextChoices):
    """How dangerous the answers look; there is no "no risk" (INV-50)."""

    UNKNOWN = "unknown", _("尚未评估")
    RAISED = "raised", _("有危险")
    HIGH = "high", _("高度危险")
    EXTREME = "extreme", _("极度危险")


class Answer(TextChoices):
    YES = "yes", _("是")
    NO = "no", _("否")
    SKIPPED = "", _("不想回答")


class DetailKind(TextChoices):
    """Confidential details of a person (K3–K5)."""

    RESIDENCE = "residence", _("现住址")
    PHONE = "phone", _("电话")
    EMAIL = "email", _("电子邮箱")
    OTHER_CONTACT = "other_contact", _("其他联系方式")
    WORKPLACE = "workplace", _("工作单位")
    SCHOOL = "school", _("学校")
    SHELTER = "shelter", _("庇护场所")
    HELPER = "helper", _("帮助人")
    REPORTER = "reporter", _("报告人")
    CHILD_WORDS = "child_words", _("孩子说的话")


class DataClass(TextChoices):
    """Classes of content that rights speak of (law.md 6)."""

    K1 = "K1", _("当事人身份")
    K2 = "K2", _("事实和请求")
    K3 = "K3", _("住址和联系方式")
    K4 = "K4", _("危险评估")
    K5 = "K5", _("辅导记录")
    K6 = "K6", _("裁定草稿")
    K7 = "K7", _("查阅记录")


class ContactChannel(TextChoices):
    """How she may be reached; nothing is sent unless she chose a way (SR-06)."""

    NONE = "none", _("不要联系我，我自己回来看")
    SMS = "sms", _("短信")
    EMAIL = "email", _("电子邮件")
    CALL = "call", _("打电话")
    ORGANISATION = "organisation", _("通过妇联等组织转告")


class OnBehalfGround(TextChoices):
    """By what right another person applies (ADVL 23, SPC17 3)."""

    NO_CAPACITY = "no_capacity", _("无民事行为能力或限制民事行为能力")
    INTIMIDATED = "intimidated", _("因受到强制、威吓等原因无法申请")
    OLD = "old", _("年老，本人愿意")
    DISABLED = "disabled", _("残疾，本人愿意")
    SERIOUSLY_ILL = "seriously_ill", _("重病，本人愿意")


class EvidenceKind(TextChoices):
    """Kinds of evidence (SPC17 6)."""

    E01 = "E01", _("当事人陈述")
    E02 = "E02", _("公安机关告诫书、处罚决定、出警记录")
    E03 = "E03", _("公安机关询问笔录、调解记录等")
    E04 = "E04", _("录音录像")
    E05 = "E05", _("短信、聊天、通话记录")
    E06 = "E06", _("医疗机构诊疗记录")
    E07 = "E07", _("妇联、居委会、单位等求助记录")
    E08 = "E08", _("被申请人的保证书、悔过书")
    E09 = "E09", _("证人证言")
    E10 = "E10", _("未成年人陈述")
    E11 = "E11", _("伤情鉴定及其他")


class Audience(TextChoices):
    """Who reads a note or a piece of evidence."""

    OWN_AGENCY = "own_agency", _("仅本单位")
    ON_CASE = "on_case", _("本案各单位")
    COURT_ONLY = "court_only", _("仅法院")


class GrantGround(TextChoices):
    """Why a body is on the case."""

    RECEIVED = "received", _("接收申请的法院")
    TRANSFERRED = "transferred", _("移送后的法院")
    ACCEPTED = "accepted", _("受理后按辖区通知")
    FILED = "filed", _("代为提交")
    REFERRED = "referred", _("经同意转介")
    SERVED = "served", _("协助执行")


class EvidenceState(TextChoices):
    """A file stays in quarantine until a safe copy exists (SR-27)."""

    RECORD = "record", _("文字记录")
    QUARANTINE = "quarantine", _("文件已封存，等待安全检查")
    READY = "ready", _("可以查看")
