"""People, organisations, who serves whom, who may enter: outside the wall, because they find the scope."""

from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from comanaged.vocabulary import Side

Row = TypeVar("Row", bound=models.Model)


class UserManager(BaseUserManager["User"]):
    """Accounts by e-mail address, always in lower case."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "", **columns: object) -> "User":
        """Add an account; without a password it can only be entered by an invitation."""
        user = self.model(email=email.strip().lower(), name=name, **columns)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do is in their memberships, never here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = False
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)


class Kind(models.TextChoices):
    """What an organisation is here."""

    CLIENT = "CLIENT", "client"
    PROVIDER = "PROVIDER", "provider"


class Organisation(models.Model):
    """A tenant: a client, or a provider with rows of its own."""

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    zone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField()

    class Meta:
        permissions = [("enter_organisation", "May enter this organisation's rooms")]

    def __str__(self) -> str:
        return self.name


class OrganisationUserGrant(UserObjectPermissionBase):
    """guardian's grant of an organisation to a person, by real foreign keys."""

    content_object = models.ForeignKey(Organisation, on_delete=models.CASCADE)


class OrganisationGroupGrant(GroupObjectPermissionBase):
    """guardian's grant of an organisation to the holders of one role in it."""

    content_object = models.ForeignKey(Organisation, on_delete=models.CASCADE)


class Dated(models.QuerySet[Row]):
    """Rows with a start and perhaps an end."""

    def live(self, at: datetime) -> Self:
        """Keep what holds at `at`."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)


class Engagements(Dated["Engagement"]):
    """Who serves whom."""


class Engagement(models.Model):
    """A provider serves a client, from then to then; one live at a time."""

    client = models.ForeignKey(Organisation, models.PROTECT, related_name="engagements")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="served")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = Engagements.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(ends_at__isnull=True), name="one_live_provider_per_client"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} serves {self.client_id}"


class Memberships(Dated["Membership"]):
    """Who is what, where."""


class Membership(models.Model):
    """What a person is at an organisation: for which company's side, in which role, from when to when."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    tenant = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    company = models.ForeignKey(Organisation, models.PROTECT, related_name="people_elsewhere")
    role = models.CharField(max_length=10)
    side = models.CharField(max_length=10, choices=[(side.value, side.value) for side in Side])
    signatory = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "tenant", "side"], condition=Q(ends_at__isnull=True), name="one_live_membership_per_side"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "side"], name="members_of_side")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} at {self.tenant_id}"


class Invitation(models.Model):
    """A link that makes one person a member, once; only its hash is stored.

    Without a company it asks one in: whoever opens it brings the provider that is to serve the client.
    """

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    tenant = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    company_name = models.CharField(max_length=120, blank=True)  # what a company that is asked in is called until it is there
    message = models.TextField(blank=True)
    role = models.CharField(max_length=10)
    signatory = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=200)
    inviter = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # none: who runs the installation
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(company__isnull=False) | ~Q(company_name=""), name="an_invitation_says_which_company"),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.tenant_id} as {self.role}"


class ApiKey(models.Model):
    """A key of one client, or of a provider over its clients; shown once, stored as a hash, ending by itself."""

    tenant = models.ForeignKey(Organisation, models.PROTECT, related_name="keys")
    kind = models.CharField(max_length=12)
    side = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=120, blank=True)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    made_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.prefix}…"


class SignInCode(models.Model):
    """A code that was asked for, by which somebody who only asks at a client signs in once, in the browser that asked for it.

    An address that nobody signs in by has its row too: nothing tells the two apart, and both count.
    """

    tenant = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+", db_index=False)
    address = models.CharField(max_length=254)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", db_index=False)
    code_hash = models.CharField(max_length=64)
    browser_hash = models.CharField(max_length=64)
    ip = models.CharField(max_length=45)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["address", "asked_at"], name="codes_of_an_address"),
            models.Index(fields=["ip", "asked_at"], name="codes_of_an_ip"),
            models.Index(fields=["browser_hash", "-id"], name="codes_of_a_browser"),
            models.Index(fields=["asked_at"], name="codes_by_age"),
        ]

    def __str__(self) -> str:
        return f"a code for {self.address}"
