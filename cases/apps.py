"""The shared record and who may see it."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        """Tell the outbox how applicants may be reached, and forget ids that a migration may change."""
        from cases.contact import applicant_answer
        from deadlines.outbox import register_applicant_resolver

        register_applicant_resolver(applicant_answer)
        post_migrate.connect(forget_permission_id, dispatch_uid="cases.forget_permission_id")


def forget_permission_id(**_signal: Any) -> None:
    """The id of the grant's permission is read anew after tables were made or emptied."""
    from cases.policy import work_permission_id

    work_permission_id.cache_clear()
