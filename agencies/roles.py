"""Roles of staff (law.md 6) and the kinds of body in which each may be held."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyKind(models.TextChoices):
    COURT = "court", _("人民法院")
    POLICE = "police", _("公安机关")
    FEDERATION = "federation", _("妇女联合会")
    COMMITTEE = "committee", _("居（村）民委员会")


class Role(models.TextChoices):
    FILING_CLERK = "filing_clerk", _("立案人员")
    JUDGE = "judge", _("法官")
    COURT_PRESIDENT = "court_president", _("院长")
    COURT_SUPERVISOR = "court_supervisor", _("法院审判管理")
    OFFICER = "officer", _("民警")
    COMMANDER = "commander", _("派出所负责人")
    FEDERATION_WORKER = "federation_worker", _("妇联工作人员")
    FEDERATION_SUPERVISOR = "federation_supervisor", _("妇联负责人")
    AUDITOR = "auditor", _("审计人员")
    PLATFORM_ADMIN = "platform_admin", _("平台管理员")


ROLES_OF_KIND: dict[AgencyKind, frozenset[Role]] = {
    AgencyKind.COURT: frozenset(
        {
            Role.FILING_CLERK,
            Role.JUDGE,
            Role.COURT_PRESIDENT,
            Role.COURT_SUPERVISOR,
            Role.AUDITOR,
            Role.PLATFORM_ADMIN,
        }
    ),
    AgencyKind.POLICE: frozenset({Role.OFFICER, Role.COMMANDER, Role.AUDITOR}),
    AgencyKind.FEDERATION: frozenset({Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR, Role.AUDITOR}),
    # A committee is served on paper or by platform; it has no login in the first release.
    AgencyKind.COMMITTEE: frozenset(),
}
