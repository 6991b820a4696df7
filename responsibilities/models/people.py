"""Teams, roles, rotas, absences of a client or a provider, and stand-ins at a client."""

from django.db import models
from django.db.models import F, Q

from comanaged.accounts.models import User
from comanaged.tenancy import TenantOwned
from comanaged.vocabulary import Party, TeamKind
from responsibilities.models.matrix import PARTIES, SIDES, Duty
from responsibilities.models.places import Place


class Team(TenantOwned):
    """People of one party who answer together: a team, with a weekly rota or without, or a role one of them holds at a time.

    The tenant is who the team belongs to: a client, or a provider, whose teams its clients' matrices may name.
    """

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=[(kind.value, kind.value) for kind in TeamKind], default=TeamKind.TEAM)
    party = models.CharField(max_length=12, choices=PARTIES, default=Party.INTERNAL)
    zone = models.CharField(max_length=60)
    rota_from = models.DateTimeField(null=True)  # the first hand-over; none: the team has no rota, whoever is there takes it
    turn_weeks = models.PositiveSmallIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)
    stamp = models.PositiveIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_team_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key"], name="one_team_per_key"),
            models.CheckConstraint(condition=Q(turn_weeks__gte=1), name="a_turn_lasts_a_week_at_least"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantOwned):
    """Somebody in a team, or who holds a role, from then to then; on a rota they take turns in the order of their positions."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members", db_constraint=False, db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_teammember_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "team", "person"], condition=Q(ends_at__isnull=True), name="a_person_is_in_a_team_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="members_end_after_they_begin"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"


class Override(TenantOwned):
    """Somebody takes a stretch of a team's rota instead of whoever's turn it is."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="overrides", db_constraint=False, db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [  # that two of one team do not overlap is one_override_at_a_time, in the migration
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_override_tenant_id"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="overrides_last"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.team_id}"


class Absence(TenantOwned):
    """Somebody is away. The tenant is their company."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_absence_tenant_id"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absences_last"),
        ]
        indexes = [models.Index(fields=["tenant", "person", "ends_at"], name="absences_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} is away"


class Cover(TenantOwned):
    """A stand-in for work: from then to then somebody does what somebody else was to do. It lies over the matrix and changes no version."""

    class State(models.TextChoices):
        """Whether it holds."""

        ASKED = "ASKED"  # of the other side, which has not said yes
        AGREED = "AGREED"
        DECLINED = "DECLINED"
        ENDED = "ENDED"

    duty = models.ForeignKey(Duty, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)  # none: every duty
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)  # none: everywhere
    party = models.CharField(max_length=12, choices=PARTIES)  # who is covered
    team = models.BigIntegerField(null=True)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    by_party = models.CharField(max_length=12, choices=PARTIES)  # who stands in
    by_team = models.BigIntegerField(null=True)
    by_person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State)
    reason = models.TextField(blank=True)
    asked_by = models.CharField(max_length=120)
    asked_side = models.CharField(max_length=10, choices=SIDES)
    asked_at = models.DateTimeField()
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_cover_tenant_id"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="covers_last"),
        ]
        indexes = [models.Index(fields=["tenant", "ends_at"], name="covers_of_client")]

    def __str__(self) -> str:
        return f"{self.by_party} covers {self.party}"


class Template(TenantOwned):
    """One edition of a provider's own starter template; an edit is a new edition, and what began from an older one keeps it."""

    key = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    story = models.TextField(blank=True)
    content = models.JSONField()  # as an entry of templates.yaml
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_template_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key", "number"], name="editions_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
