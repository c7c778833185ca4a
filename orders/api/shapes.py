"""Answers about orders and their service; places by kind only, attempts without their place (K3)."""

from __future__ import annotations

from rest_framework import serializers

from orders.vocabulary import FailedCondition, MeasureCode, Recipient, RulingKind

DRAFT_KINDS = ["order", "rejection"]


class MeasureShape(serializers.Serializer):
    code = serializers.ChoiceField(choices=MeasureCode.choices)
    name = serializers.CharField()
    distance_metres = serializers.IntegerField(allow_null=True)
    within_days = serializers.IntegerField(allow_null=True)
    words = serializers.CharField()


class PlaceShape(serializers.Serializer):
    """A protected place by kind; `confirmed_known` means that it stands on the respondent's copy."""

    kind = serializers.CharField()
    confirmed_known = serializers.BooleanField()


class AcknowledgedShape(serializers.Serializer):
    body = serializers.CharField()
    officer = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class ClockShape(serializers.Serializer):
    """The deadline of a service, both readings."""

    strict_at = serializers.DateTimeField()
    legal_at = serializers.DateTimeField()
    state = serializers.CharField()
    is_overdue = serializers.BooleanField()


class AttemptShape(serializers.Serializer):
    """One try to serve; where it was tried stays closed."""

    way = serializers.CharField()
    tried_at = serializers.DateTimeField()
    succeeded = serializers.BooleanField()
    received_by = serializers.CharField()
    words = serializers.CharField()
    served_by = serializers.CharField()
    has_place = serializers.BooleanField()


class ServiceShape(serializers.Serializer):
    """Service on one recipient."""

    id = serializers.UUIDField()
    recipient = serializers.ChoiceField(choices=Recipient.choices)
    recipient_words = serializers.CharField()
    body = serializers.CharField()
    is_served = serializers.BooleanField()
    served_at = serializers.DateTimeField(allow_null=True)
    deadline = ClockShape(allow_null=True)
    attempts = AttemptShape(many=True)


class OrderShape(serializers.Serializer):
    """The ruling that decided the application; the lower half is of an order alone.

    `state` (in_force, expired, revoked) is read off the clock at each request (INV-14).
    """

    kind = serializers.ChoiceField(choices=RulingKind.choices)
    kind_words = serializers.CharField()
    number = serializers.CharField()
    judge = serializers.CharField()
    made_at = serializers.DateTimeField()
    failed_conditions = serializers.ListField(child=serializers.CharField())
    late_reason = serializers.CharField()
    state = serializers.CharField()
    state_words = serializers.CharField()
    is_in_force = serializers.BooleanField()
    months = serializers.IntegerField(allow_null=True)
    last_on = serializers.DateField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    measures = MeasureShape(many=True)
    places = PlaceShape(many=True)
    services = ServiceShape(many=True)
    acknowledgements = AcknowledgedShape(many=True)


class DraftMeasure(serializers.Serializer):
    code = serializers.CharField()
    words = serializers.CharField()
    distance_metres = serializers.IntegerField(allow_null=True)
    within_days = serializers.IntegerField(allow_null=True)


class DraftShape(serializers.Serializer):
    """K6: what the assigned judge has written so far."""

    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=DRAFT_KINDS)
    claims = serializers.CharField()
    facts_found = serializers.CharField()
    reasons = serializers.CharField()
    late_reason = serializers.CharField()
    months = serializers.IntegerField(required=False)
    measures = DraftMeasure(many=True, required=False)
    failed_conditions = serializers.ListField(
        child=serializers.ChoiceField(choices=FailedCondition.choices), required=False
    )


class ServedShape(serializers.Serializer):
    """What an attempt or a request to the police came to."""

    version = serializers.IntegerField()
    services = ServiceShape(many=True)
