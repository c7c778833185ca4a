"""Closed lists of rulings, measures, papers and service (law.md 8)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RulingKind(TextChoices):
    ORDER_ISSUED = "order_issued", _("发出人身安全保护令")
    APPLICATION_REJECTED = "application_rejected", _("驳回申请")


class MeasureCode(TextChoices):
    """Measures of ADVL 29 and SPC17 10, in the words of the form."""

    M1 = "M1", _("禁止实施家庭暴力")
    M2 = "M2", _("禁止骚扰、跟踪、接触申请人及其相关近亲属")
    M3 = "M3", _("责令迁出申请人住所")
    M4 = "M4", _("禁止以电话、短信、网络等方式侮辱、诽谤、威胁、骚扰")
    M5 = "M5", _("禁止在住所、学校、工作单位等一定范围内活动")
    M6 = "M6", _("禁止散布隐私")
    M7 = "M7", _("禁止对受照顾的儿童、老人实施暴力")
    M8 = "M8", _("交还生活必需的钥匙、证件等")
    M9 = "M9", _("其他必要措施")


class FailedCondition(TextChoices):
    """What ADVL 27 requires; a rejection says which one fails."""

    NAMED_RESPONDENT = "named_respondent", _("没有明确的被申请人")
    DEFINITE_REQUEST = "definite_request", _("没有具体的请求")
    VIOLENCE_OR_DANGER = "violence_or_danger", _("没有遭受家庭暴力或者面临家庭暴力现实危险的情形")


class PaperKind(TextChoices):
    APPLICATION = "application", _("申请书")
    RULING = "ruling", _("民事裁定书")
    ASSISTANCE_NOTICE = "assistance_notice", _("协助执行通知书")
    SERVICE_CERTIFICATE = "service_certificate", _("送达回证")


class PaperAudience(TextChoices):
    """For whom a paper was printed; each reader has a rendering of its own (SR-30)."""

    COURT = "court", _("法院卷宗")
    APPLICANT = "applicant", _("申请人")
    RESPONDENT = "respondent", _("被申请人")
    POLICE = "police", _("公安机关")
    COMMITTEE = "committee", _("居（村）民委员会")


class Recipient(TextChoices):
    """Who must be served (ADVL 32)."""

    APPLICANT = "applicant", _("申请人")
    RESPONDENT = "respondent", _("被申请人")
    POLICE = "police", _("公安机关")
    COMMITTEE = "committee", _("居（村）民委员会")


class ServiceState(TextChoices):
    OPEN = "open", _("尚未送达")
    COMPLETED = "completed", _("已送达")


class Way(TextChoices):
    """Ways of service."""

    IN_PERSON = "in_person", _("直接送达")
    ELECTRONIC = "electronic", _("电子送达（经本人同意）")
    MAIL = "mail", _("邮寄送达")
    LEAVING = "leaving", _("留置送达")
    ENTRUSTED = "entrusted", _("委托公安机关送达")
    PLATFORM = "platform", _("平台送达")
    NOTICE = "notice", _("公告送达")
