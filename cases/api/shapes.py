"""Answers of the record's API. Every field is written out; a class of content that is closed is absent."""

from __future__ import annotations

from rest_framework import serializers

from agencies.roles import AgencyKind
from cases.vocabulary import (
    Answer,
    Audience,
    DangerLevel,
    DangerSign,
    DataClass,
    DetailKind,
    EvidenceKind,
    EvidenceState,
    IdentityKind,
    IncidentKind,
    OnBehalfGround,
    Relation,
    Sex,
    Side,
    State,
)
from deadlines.models import Deadline


class BodyShape(serializers.Serializer):
    """A court, police station or federation."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AgencyKind.choices)


class PersonOfStaff(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class CaseRow(serializers.Serializer):
    """A case as every list shows it: neither names nor content."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=State.choices)
    is_open = serializers.BooleanField()
    is_emergency = serializers.BooleanField()
    court = BodyShape()
    assigned_judge = PersonOfStaff(allow_null=True)
    submitted_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    next_deadline = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class CasePage(serializers.Serializer):
    results = CaseRow(many=True)
    next = serializers.CharField(allow_null=True)


class PartyShape(serializers.Serializer):
    """K1."""

    side = serializers.ChoiceField(choices=Side.choices)
    name = serializers.CharField()
    also_known_as = serializers.CharField()
    sex = serializers.ChoiceField(choices=Sex.choices)
    born_on = serializers.DateField(allow_null=True)
    identity_kind = serializers.ChoiceField(choices=IdentityKind.choices)
    identity_number = serializers.CharField()
    relation = serializers.ChoiceField(choices=[("", ""), *Relation.choices])
    whereabouts = serializers.CharField()


class RequestedMeasure(serializers.Serializer):
    code = serializers.CharField()
    words = serializers.CharField()


class ApplicationShape(serializers.Serializer):
    """K2: what was asked of the court, and why."""

    statement = serializers.CharField()
    incident_kinds = serializers.ListField(child=serializers.ChoiceField(choices=IncidentKind.choices))
    last_incident_on = serializers.DateField(allow_null=True)
    last_incident_words = serializers.CharField()
    incident_region = serializers.CharField()
    incident_place = serializers.CharField()
    applicant_region = serializers.CharField()
    respondent_region = serializers.CharField()
    requested_measures = RequestedMeasure(many=True)
    requested_months = serializers.IntegerField(allow_null=True)
    on_behalf_ground = serializers.ChoiceField(choices=[("", ""), *OnBehalfGround.choices])
    is_oral = serializers.BooleanField()
    confirmed_true_at = serializers.DateTimeField()


class DangerAnswer(serializers.Serializer):
    sign = serializers.ChoiceField(choices=DangerSign.choices)
    answer = serializers.ChoiceField(choices=Answer.choices)


class DangerShape(serializers.Serializer):
    """K4: the level, and for a body that reads the class the answers too."""

    level = serializers.ChoiceField(choices=DangerLevel.choices)
    answers = DangerAnswer(many=True, required=False)


class DetailShape(serializers.Serializer):
    """A confidential detail, closed; its text is given by `reveal` alone."""

    id = serializers.IntegerField()
    side = serializers.ChoiceField(choices=Side.choices)
    kind = serializers.ChoiceField(choices=DetailKind.choices)
    data_class = serializers.ChoiceField(choices=DataClass.choices)
    text = serializers.CharField()
    known_to_respondent = serializers.BooleanField()


class RevealedDetail(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=DetailKind.choices)
    text = serializers.CharField()


class CaseShape(CaseRow):
    """The case as its reader may know it; `steps` are the commands that this reader may give now."""

    parties = PartyShape(many=True, required=False)
    application = ApplicationShape(required=False)
    danger = DangerShape(required=False)
    details = DetailShape(many=True, required=False)
    steps = serializers.ListField(child=serializers.CharField())


class ApplicationOfCase(serializers.Serializer):
    """The application alone, with where it stands."""

    state = serializers.ChoiceField(choices=State.choices)
    is_emergency = serializers.BooleanField()
    version = serializers.IntegerField()
    application = ApplicationShape(required=False)
    danger = DangerShape(required=False)
    steps = serializers.ListField(child=serializers.CharField())


class NoteShape(serializers.Serializer):
    """A note; `corrects` names the version before it."""

    id = serializers.UUIDField()
    author = serializers.CharField()
    agency = serializers.CharField()
    audience = serializers.ChoiceField(choices=Audience.choices)
    text = serializers.CharField()
    written_at = serializers.DateTimeField()
    is_superseded = serializers.BooleanField()
    corrects = serializers.CharField()


class EvidenceShape(serializers.Serializer):
    """A piece of evidence; `agency` is null for what the applicant brought."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    state = serializers.ChoiceField(choices=EvidenceState.choices)
    audience = serializers.ChoiceField(choices=Audience.choices)
    agency = serializers.CharField(source="agency.name", allow_null=True, read_only=True)
    added_by = serializers.CharField(source="added_by.display_name", allow_null=True, read_only=True)
    title = serializers.CharField()
    description = serializers.CharField()
    incident_number = serializers.CharField()
    occurred_on = serializers.DateField(allow_null=True)
    media_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    added_at = serializers.DateTimeField()


class EventShape(serializers.Serializer):
    occurred_at = serializers.DateTimeField()
    type = serializers.CharField()
    words = serializers.CharField()
    who = serializers.CharField()


class LookShape(serializers.Serializer):
    """K7: `person` is empty for another body's people."""

    at = serializers.DateTimeField()
    body = serializers.CharField()
    person = serializers.CharField()
    purpose = serializers.CharField()


class WhyInput(serializers.Serializer):
    name = serializers.CharField()
    value = serializers.CharField()


class WhyShape(serializers.Serializer):
    """Why the deadline is what it is: article, inputs, arithmetic."""

    rule_version = serializers.CharField()
    rule_class = serializers.CharField()
    basis = serializers.CharField()
    article = serializers.CharField()
    inputs = WhyInput(many=True)
    lines = serializers.ListField(child=serializers.CharField())


class DeadlineShape(serializers.Serializer):
    """A deadline with both readings: `strict_at` to the second, `legal_at` as the law counts."""

    rule_id = serializers.CharField()
    key = serializers.CharField()
    name = serializers.CharField()
    nature = serializers.ChoiceField(choices=Deadline.Nature.choices)
    state = serializers.ChoiceField(choices=Deadline.State.choices)
    owner_role = serializers.CharField()
    started_at = serializers.DateTimeField()
    strict_at = serializers.DateTimeField()
    legal_at = serializers.DateTimeField()
    target_at = serializers.DateTimeField(allow_null=True)
    last_on = serializers.DateField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    provisional = serializers.BooleanField()
    remaining_seconds = serializers.IntegerField()
    is_overdue = serializers.BooleanField()
    is_late_in_law = serializers.BooleanField()
    why = WhyShape()
