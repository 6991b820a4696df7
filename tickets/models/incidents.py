"""Major incidents: who commands and since when, the facts in their order, what was asked to be contained, and what both sides say afterwards."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from comanaged.accounts.models import User
from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Party
from tickets.domain import incidents
from tickets.domain.incidents import Asked, Cause, Fact, Source, State
from tickets.models.tickets import SIDES
from tickets.models.work import of_ticket

PARTIES = [(party.value, party.value) for party in Party]


def of_incident() -> "models.ForeignKey[Incident, Incident]":
    """Return the column of a row that hangs on an incident; the composite key says "of the same client" as well."""
    return models.ForeignKey("tickets.Incident", models.PROTECT, related_name="+", db_constraint=False, db_index=False)


def of_person() -> "models.ForeignKey[User | None, User | None]":
    """Return the column of a person who has a part in something, None while nobody has it."""
    return models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)


class IncidentRows(models.QuerySet["Incident"]):
    """Chainable words for incidents."""

    def open(self) -> Self:
        return self.filter(ended_at=None)

    def of_ticket(self, ticket_id: int) -> Self:
        return self.filter(ticket=ticket_id)

    def loaded(self) -> Self:
        """Load what a page needs with an incident: its ticket and the people named."""
        people = ("commander", "deputy", "scribe", "voice_users", "voice_vendor", "lead_internal", "lead_provider", "named")
        return self.select_related("ticket", "tenant", *people)


class IncidentManager(TenantManager["Incident", IncidentRows]):
    rows = IncidentRows


class Incident(TenantOwned, Leased):
    """Trouble so large that both sides work under one person, with one log, until it is ended and reviewed."""

    number = models.PositiveIntegerField()
    ticket = of_ticket()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=[(state.value, state.value) for state in State], default=State.DECLARED)
    declared_at = models.DateTimeField()
    declared_by = of_person()
    declared_name = models.CharField(max_length=200)
    declared_side = models.CharField(max_length=8, choices=SIDES)

    # whom the matrix expects to command, as it said when the incident was declared
    expected_side = models.CharField(max_length=8, choices=SIDES)
    named = of_person()
    because = models.TextField(default="")
    command_due_at = models.DateTimeField()

    commander = of_person()
    commander_side = models.CharField(max_length=8, default="")
    commanded_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)  # when the commander last did something here
    deputy = of_person()  # None: whoever works on the deputy's side
    deputy_side = models.CharField(max_length=8, choices=SIDES)
    scribe = of_person()
    voice_users = of_person()
    voice_vendor = of_person()
    lead_internal = of_person()
    lead_provider = of_person()

    rhythm = models.PositiveSmallIntegerField(default=incidents.RHYTHM)  # minutes between updates to users
    updated_at = models.DateTimeField()
    update_due_at = models.DateTimeField(null=True)

    cause = models.CharField(max_length=9, choices=[(cause.value, cause.value) for cause in Cause], default="")
    cause_text = models.TextField(default="")
    kept = models.TextField(default="")  # why parts were left open at the end
    ended_at = models.DateTimeField(null=True)
    ended_by = of_person()
    ended_name = models.CharField(max_length=200, default="")
    review_due_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)  # when both sides had signed

    told = models.JSONField(default=list)  # what came by itself and was told already
    watch_at = models.DateTimeField(null=True)  # when something comes by itself next
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[IncidentManager] = IncidentManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_incident_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="one_incident_per_number"),
            models.UniqueConstraint(fields=["tenant", "ticket"], condition=Q(ended_at=None), name="one_open_incident_per_ticket"),
            models.CheckConstraint(
                condition=Q(state=State.DECLARED, commander=None) | (~Q(state=State.DECLARED) & Q(commander__isnull=False)),
                name="a_commanded_incident_has_one_commander",
            ),
            models.CheckConstraint(condition=~Q(deputy_side=F("commander_side")), name="the_deputy_is_of_the_other_side"),
            models.CheckConstraint(
                condition=Q(state=State.ENDED, ended_at__isnull=False) | (~Q(state=State.ENDED) & Q(ended_at=None)),
                name="an_ended_incident_says_since_when",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "watch_at"], condition=Q(watch_at__isnull=False), name="incidents_watched"),
            models.Index(fields=["tenant", "ticket"], name="incidents_of_a_ticket"),
        ]

    def __str__(self) -> str:
        return f"Incident {self.number}"

    @property
    def post(self) -> incidents.Post:
        """What the rules of command need to know."""
        return incidents.Post(
            state=State(self.state),
            side=self.expected_side,
            named=self.named_id,
            due_at=self.command_due_at,
            commander=self.commander_id,
            commander_side=self.commander_side,
            heard_at=self.heard_at,
            update_due_at=self.update_due_at,
            deputy=self.deputy_id,
            deputy_side=self.deputy_side,
        )


class IncidentEntry(TenantOwned):
    """One fact of the timeline; written once, by a person or by the product, and changed by nobody."""

    incident = of_incident()
    kind = models.CharField(max_length=11, choices=[(fact.value, fact.value) for fact in Fact])
    source = models.CharField(max_length=6, choices=[(source.value, source.value) for source in Source])
    by_user = of_person()
    by_name = models.CharField(max_length=200)
    by_side = models.CharField(max_length=8, default="")
    text = models.TextField(default="")
    fact_at = models.DateTimeField()  # when it happened
    at = models.DateTimeField()  # when it was written down
    once = models.CharField(max_length=64, default="")
    said = models.CharField(max_length=64, default="")  # of a submission that has a name: the hash of all it said

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_incidententry_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "once"], condition=~Q(once=""), name="one_fact_per_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "incident", "id"], name="incident_timeline")]

    def __str__(self) -> str:
        return f"{self.kind} {self.fact_at:%Y-%m-%d %H:%M}"


class IncidentRedaction(TenantOwned):
    """That a person's words in the timeline were blanked, by whom and why; adding this row is what blanks them, in the database itself."""

    incident = of_incident()
    entry = models.ForeignKey(IncidentEntry, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    kept = models.TextField(default="")  # how the text began that the product itself wrote; that much of it stays
    by_user = of_person()
    by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_incidentredaction_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "entry"], name="a_fact_is_blanked_once"),
        ]
        indexes = [models.Index(fields=["tenant", "incident"], name="redactions_of_an_incident")]

    def __str__(self) -> str:
        return f"blanked {self.entry_id}"


class IncidentAsk(TenantOwned, Leased):
    """A request to contain something, which needs the word of who holds the authority; silence passes it on once."""

    incident = of_incident()
    what = models.CharField(max_length=300)
    why = models.TextField()
    asked_by = of_person()
    asked_by_name = models.CharField(max_length=200)
    asked_side = models.CharField(max_length=8, choices=SIDES)
    asked_at = models.DateTimeField()
    holder = of_person()
    holder_party = models.CharField(max_length=10, choices=PARTIES)
    holder_name = models.CharField(max_length=200)
    because = models.TextField(default="")
    next = of_person()
    next_party = models.CharField(max_length=10, choices=PARTIES, default="")
    next_name = models.CharField(max_length=200, default="")
    passed_at = models.DateTimeField(null=True)  # when the stand-in was asked as well
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Asked], default=Asked.PENDING)
    answered_by = of_person()
    answered_by_name = models.CharField(max_length=200, default="")
    answered_at = models.DateTimeField(null=True)
    text = models.TextField(default="")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_incidentask_tenant_id"),
            models.CheckConstraint(
                condition=Q(state=Asked.PENDING, answered_at=None) | (~Q(state=Asked.PENDING) & Q(answered_at__isnull=False)),
                name="an_answer_to_contain_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "incident"], name="incident_asks"),
            models.Index(fields=["tenant", "answer_by"], condition=Q(state=Asked.PENDING), name="incident_asks_due"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def seats(self) -> tuple[incidents.Seat, ...]:
        """Who may answer now: the holder, and the stand-in once it was passed on."""
        first = incidents.Seat(self.holder_party, self.holder_id, self.holder_name)
        second = incidents.Seat(self.next_party, self.next_id, self.next_name)
        return (first, second) if self.passed_at is not None and self.next_party else (first,)


class IncidentReview(TenantOwned):
    """What both sides say of an incident once it is over; any edit clears signatures, and two of them close it for good."""

    incident = of_incident()
    # who served the client in this incident: whoever came later has no part in its review
    provider = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    provider_name = models.CharField(max_length=200, default="")
    happened = models.TextField(default="")
    cause = models.TextField(default="")
    helped = models.TextField(default="")
    hindered = models.TextField(default="")
    content_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    edited_by_name = models.CharField(max_length=200, default="")
    edited_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)  # by both

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_incidentreview_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "incident"], name="one_review_per_incident"),
        ]

    def __str__(self) -> str:
        return f"Review of incident {self.incident_id}"


class ReviewAction(TenantOwned):
    """Something the review asks for: a ticket with a side and a date."""

    incident = of_incident()
    ticket = of_ticket()
    text = models.CharField(max_length=200)
    side = models.CharField(max_length=8, choices=SIDES)
    due_on = models.DateField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="tickets_reviewaction_tenant_id")]
        indexes = [models.Index(fields=["tenant", "incident"], name="review_actions")]

    def __str__(self) -> str:
        return self.text


class ReviewSignature(TenantOwned):
    """One person's signature in the place of one side over one wording of a review, and for which company it was given."""

    review = models.ForeignKey(IncidentReview, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    side = models.CharField(max_length=8, choices=SIDES)
    company = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    company_name = models.CharField(max_length=200, default="")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    typed_name = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_because = models.CharField(max_length=200, default="")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_reviewsignature_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "review", "side"], condition=Q(cleared_at=None), name="one_signature_per_side_of_a_review"
            ),
            models.UniqueConstraint(
                fields=["tenant", "review", "user"], condition=Q(cleared_at=None), name="one_person_signs_a_review_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.side}"
