"""What the court decides and what follows."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        """Tell the record's room of our events, arrows and notices."""
        register_events()
        register_transitions()
        register_notices()
        register_panels()


def register_events() -> None:
    """Event types of rulings, orders and service."""
    from cases.events import COURT, EVERYBODY, STAFF, EventType, register

    register(
        EventType(
            "ruling.drafted",
            _("承办法官保存了草稿"),
            readers=frozenset({COURT}),
            payload_keys=frozenset({"draft_version"}),
        ),
        EventType(
            "order.issued",
            _("法院已作出裁定，发出命令"),
            readers=EVERYBODY,
            payload_keys=frozenset({"ruling_id", "number", "recipients", "last_day", "months", "emergency"}),
        ),
        EventType(
            "application.rejected",
            _("法院已作出裁定，驳回申请"),
            payload_keys=frozenset({"ruling_id", "recipients"}),
        ),
        EventType(
            "service.attempted",
            _("进行了一次送达"),
            readers=STAFF,
            payload_keys=frozenset({"recipient", "way", "succeeded"}),
        ),
        EventType(
            "service.entrusted", _("委托公安机关送达"), readers=STAFF, payload_keys=frozenset({"agency_id"})
        ),
        EventType("service.completed", _("已送达"), payload_keys=frozenset({"recipient", "way"})),
        EventType(
            "order.acknowledged",
            _("公安机关已确认收到命令"),
            payload_keys=frozenset({"agency_id", "officer_id"}),
        ),
    )


def register_transitions() -> None:
    """Arrows that the court's decision adds to the application's table (law.md 5)."""
    from agencies.capabilities import Action
    from cases.transitions import APPLICATION, Transition
    from cases.vocabulary import State

    APPLICATION.add(Transition(State.ACCEPTED, "issue", State.ORDER_ISSUED, Action.ISSUE, "order.issued"))
    APPLICATION.add(
        Transition(State.ACCEPTED, "reject", State.REJECTED, Action.REJECT, "application.rejected")
    )


def register_notices() -> None:
    """Who is told of a decision and of its service."""
    from agencies.roles import Role
    from cases.notices import Notice, register_notices

    register_notices(
        "order.issued",
        Notice("applicant", "applicant.news"),
        Notice(Role.OFFICER, "staff.order_served", urgent=True),
        Notice(Role.FEDERATION_WORKER, "staff.decided", urgent=True),
        Notice(Role.FILING_CLERK, "staff.decided", urgent=True),
    )
    register_notices(
        "application.rejected",
        Notice("applicant", "applicant.news"),
        Notice(Role.FILING_CLERK, "staff.decided", urgent=True),
        Notice(Role.FEDERATION_WORKER, "staff.decided"),
    )
    register_notices("service.entrusted", Notice(Role.OFFICER, "staff.news", urgent=True))
    register_notices("service.completed", Notice("applicant", "applicant.news"))


def register_panels() -> None:
    """What the applicant's page and the staff's case page show of the court's decision."""
    from cases.filing.panels import register_panel
    from orders.applicant_page import decision_panel, papers_panel
    from orders.panels import register_case_panels

    register_panel(decision_panel)
    register_panel(papers_panel)
    register_case_panels()
