"""Duties of a client, and the versions of who does what, where and when."""

from django.db import models
from django.db.models import F, Q

from comanaged.accounts.models import Organisation, User
from comanaged.tenancy import TenantOwned
from comanaged.vocabulary import Hours, Letter, Party, Side
from responsibilities.models.places import Place

LETTERS = [(letter.value, letter.value) for letter in Letter]
PARTIES = [(party.value, party.value) for party in Party]
SIDES = [(side.value, side.value) for side in Side]


class Duty(TenantOwned):
    """One thing somebody must answer for; a copy of the catalogue's, or the client's own."""

    key = models.CharField(max_length=80)
    name = models.CharField(max_length=160)
    category = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    description = models.TextField(blank=True)
    coverage = models.CharField(max_length=10, choices=[(hours.value, hours.value) for hours in Hours])
    risk = models.PositiveSmallIntegerField()
    work = models.JSONField(default=list)  # of "ticket", "alert", "check"
    asks = models.JSONField(default=list)  # keys of the questions it answers
    regulated = models.JSONField(default=list)  # ids of outside requirements, which some policies hang on
    review = models.CharField(max_length=12, blank=True)  # how often it is confirmed: monthly, quarterly, yearly

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_duty_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key"], name="one_duty_per_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Version(TenantOwned):
    """One state of the whole matrix. It changes while it is open; once in force, superseded or withdrawn it stands as it is."""

    class State(models.TextChoices):
        """Where a version stands."""

        DRAFT = "DRAFT"
        PROPOSED = "PROPOSED"
        IN_FORCE = "IN_FORCE"
        SUPERSEDED = "SUPERSEDED"
        WITHDRAWN = "WITHDRAWN"

    OPEN = ("DRAFT", "PROPOSED")

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    template_key = models.CharField(max_length=60, blank=True)
    template_version = models.PositiveIntegerField(null=True)
    template_owner = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")  # none: it came with the product
    policy = models.JSONField(default=dict)  # of the template: who may be accountable, whether people must be named
    content = models.TextField(blank=True)  # what is signed: canonical JSON, written when it is proposed
    content_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of it
    begun_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    proposed_side = models.CharField(max_length=10, choices=SIDES, blank=True)
    in_force_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    stamp = models.BigIntegerField(default=0, editable=False)  # moved by the database whenever a line of it changes

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_version_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="versions_are_numbered"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(state__in=["DRAFT", "PROPOSED"]), name="one_open_version_per_client"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(state="IN_FORCE"), name="one_version_in_force_per_client"),
            models.CheckConstraint(condition=Q(state="DRAFT") | ~Q(content_hash=""), name="what_is_proposed_has_its_content"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def open(self) -> bool:
        return self.state in self.OPEN


class Calendar(TenantOwned):
    """Named hours of a version: weekly local intervals in a zone and closed dates; of the whole client, or of one place instead."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="calendars", db_constraint=False, db_index=False)
    key = models.CharField(max_length=40, default="business")
    name = models.CharField(max_length=80, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    side = models.CharField(max_length=10, choices=SIDES, default=Side.INTERNAL)  # who keeps these hours, and so may change them
    zone = models.CharField(max_length=60)
    week = models.JSONField()  # {"mon": ["08:00-17:00"], …}
    closed = models.JSONField(default=list)  # ["2026-12-25", …], local dates
    stamp = models.PositiveIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_calendar_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "version", "key", "place"], nulls_distinct=False, name="one_calendar_per_key_and_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} in {self.zone}"


class Row(TenantOwned):
    """One line of a version: a duty, a category or every duty, at the whole client or one place.

    It is what is locked while it is edited; its stamp tells a stale form.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="rows", db_constraint=False)
    duty = models.ForeignKey(Duty, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    covers = models.CharField(max_length=40, blank=True)  # without a duty: a category's key, or "*" for every duty
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    note = models.TextField(blank=True)
    authority = models.TextField(blank=True)  # what whoever does it may do without asking
    first_steps = models.TextField(blank=True)
    stamp = models.PositiveIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_row_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "version", "duty", "covers", "place"], nulls_distinct=False, name="one_row_per_duty_place_and_version"
            ),
            models.CheckConstraint(
                condition=Q(duty__isnull=False, covers="") | (Q(duty__isnull=True) & ~Q(covers="")), name="a_row_is_about_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_key} in {self.version_id}"

    @property
    def rule_key(self) -> str:
        """Return what its rules are about: a duty's key (the row comes with its duty), a category's, or "*"."""
        return self.duty.key if self.duty else self.covers

    @property
    def about(self) -> str:
        """Return in words what its rules are about."""
        return self.duty.name if self.duty else "every duty" if self.covers == "*" else f"all of {self.covers}"


class Assignment(TenantOwned):
    """One letter of one subject in a row; an R also has its hours and may be the lead. Without a party it says: nobody, on purpose."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="assignments", db_constraint=False, db_index=False)
    row = models.ForeignKey(Row, models.CASCADE, related_name="assignments", db_constraint=False, db_index=False)
    letter = models.CharField(max_length=4, choices=LETTERS)
    party = models.CharField(max_length=12, choices=PARTIES, blank=True)
    team = models.BigIntegerField(null=True)  # of the client or of its provider, so no key within one tenant can say it
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    hours = models.CharField(max_length=40, blank=True)  # of an R: BUSINESS, AFTER, ALWAYS or a calendar's key
    lead = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=1)  # 1 the primary, 2 the backup
    append = models.BooleanField(default=False)  # of C and I: besides those that a wider place names
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # the last day
    qualifier = models.TextField(blank=True)
    split = models.TextField(blank=True)  # which half of a shared duty

    class Meta(TenantOwned.Meta):
        constraints = [  # that two of the same do not overlap in time is no_two_alike_at_once, in the migration
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_assignment_tenant_id"),
            models.CheckConstraint(
                condition=(Q(letter="R") & ~Q(hours="")) | (~Q(letter="R") & Q(hours="", lead=False)),
                name="only_work_has_hours_and_a_lead",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="assignments_end_after_they_begin",
            ),
            models.CheckConstraint(condition=Q(rank__in=[1, 2]), name="there_is_a_primary_and_a_backup"),
            models.CheckConstraint(
                condition=Q(team__isnull=True, person__isnull=True)
                | (Q(team__isnull=True) & ~Q(party=""))
                | (Q(person__isnull=True) & ~Q(party="")),
                name="a_subject_is_a_team_or_a_person_of_a_party",
            ),
            models.CheckConstraint(condition=Q(append=False) | Q(letter__in=["C", "I"]), name="only_words_are_added"),
        ]
        indexes = [models.Index(fields=["tenant", "version", "row"], name="assignments_of_version")]

    def __str__(self) -> str:
        return f"{self.party or 'nobody'} {self.letter}"


class Exclusion(TenantOwned):
    """A duty the client decided not to have, who accepted that, until when."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="exclusions", db_constraint=False, db_index=False)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    reason = models.TextField()
    accepted_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_exclusion_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "version", "duty"], name="one_exclusion_per_duty_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} excluded"


class Signature(TenantOwned):
    """One person's signature over the content of a version, as its hash was shown to them; cleared by any edit, never removed."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures", db_constraint=False, db_index=False)
    side = models.CharField(max_length=10, choices=SIDES)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    typed_name = models.CharField(max_length=120)
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_because = models.CharField(max_length=200, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_signature_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "version", "side"], condition=Q(cleared_at__isnull=True), name="one_signature_per_side"
            ),
            models.UniqueConstraint(
                fields=["tenant", "version", "user"], condition=Q(cleared_at__isnull=True), name="one_signature_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.typed_name} for {self.side}"


class Acceptance(TenantOwned):
    """The client lives with one finding until a date: who decided so, and why. It names the finding by its stable key."""

    code = models.CharField(max_length=40)
    place = models.CharField(max_length=120, blank=True)
    duty_key = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=240, blank=True)
    severity = models.CharField(max_length=10)  # of the finding, when it was accepted
    reason = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    accepted_by = models.CharField(max_length=120)
    accepted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # replaced by a later one, or taken back

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_acceptance_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "code", "place", "duty_key", "subject"],
                condition=Q(ended_at__isnull=True),
                name="one_acceptance_per_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} accepted until {self.expires_at:%Y-%m-%d}"


class Comment(TenantOwned):
    """What somebody of either side says about a duty's line; never private."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    text = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    side = models.CharField(max_length=10, choices=SIDES)
    said_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_comment_tenant_id")]
        indexes = [models.Index(fields=["tenant", "duty", "id"], name="comments_of_duty")]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:40]}"


class Confirmation(TenantOwned):
    """Somebody looked at a duty's line and found it still true."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    name = models.CharField(max_length=120)
    side = models.CharField(max_length=10, choices=SIDES)
    confirmed_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_confirmation_tenant_id")]
        indexes = [models.Index(fields=["tenant", "duty", "-confirmed_at"], name="confirmations_of_duty")]

    def __str__(self) -> str:
        return f"{self.duty_id} confirmed"


class Pulse(TenantOwned):
    """A number that the database moves whenever people, places or stand-ins change: what was read under another one is stale."""

    number = models.BigIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_pulse_per_tenant")]

    def __str__(self) -> str:
        return str(self.number)
