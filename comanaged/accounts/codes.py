"""Sign-in by a mailed code, for those who only ask for help: whoever is anything else anywhere needs a password."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Kind, Membership, Organisation, SignInCode, User
from comanaged.notices import actions as notices
from comanaged.vocabulary import Side

LASTS = timedelta(minutes=10)
TRIES = 5
DIGITS = 8
KEPT = timedelta(days=1)  # long enough to count by
PER_ADDRESS, WITHIN = 5, timedelta(minutes=15)  # from one place: somebody elsewhere cannot use them up
FROM_ANYWHERE = 30
PER_IP, IP_WITHIN = 100, timedelta(minutes=10)  # a whole office may stand behind one
SUBJECT = "Your code for {client}"
TEXT = """Your code is {code}

Type it within 10 minutes into the window in which you asked for it. It works once.

Nobody will ever ask you for it. If you did not ask for a code, do nothing: without it nobody comes in."""


class TooMany(Exception):
    """More codes were asked for than anybody needs; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a code: for which address, at which client by its short name, in which browser, from where."""

    address: str
    slug: str
    browser: str
    ip: str


class _Nobody(Exception):
    """Nobody signs in by this address: what was written for them is taken back."""


@transaction.atomic
def ask(asked: Asked, *, at: datetime) -> None:
    """Mail a code to whoever only asks at this client under this address; for any other address do the same work and mail nothing.

    Raises TooMany, for known and unknown addresses alike.
    """
    address = asked.address.strip().lower()
    _limit(address, asked.ip, at)
    tenant = Organisation.objects.filter(slug=asked.slug, kind=Kind.CLIENT).first()
    user = _who(User.objects.filter(email=address).first(), tenant, at)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row = SignInCode.objects.create(
        tenant=tenant,
        address=address,
        user=user,
        code_hash=_code_hash(code, asked.browser),
        browser_hash=_browser_hash(asked.browser),
        ip=asked.ip,
        asked_at=at,
        expires_at=at + LASTS,
    )
    if tenant is not None:
        _mail(row, user, tenant, code, at)


@transaction.atomic
def use(code: str, browser: str, *, at: datetime) -> User | None:
    """Return whom a code lets in, this once, in the browser that asked for it; None for anything else, and each such try counts."""
    rows = SignInCode.objects.filter(browser_hash=_browser_hash(browser)).select_for_update(of=("self",)).select_related("tenant", "user")
    row = rows.order_by("-id").first()
    if row is None or row.used_at is not None or row.expires_at <= at or row.tries >= TRIES:
        return None
    row.tries += 1
    fits = constant_time_compare(_code_hash("".join(code.split()), browser), row.code_hash)
    user = _who(row.user, row.tenant, at) if fits else None
    if user is not None:
        row.used_at = at
    row.save(update_fields=["tries", "used_at"])
    return user


def _limit(address: str, ip: str, at: datetime) -> None:
    """Count what was asked for this address and from this place, one after the other; what is old goes."""
    with connection.cursor() as cursor:
        for what in (f"address {address}", f"ip {ip}"):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [what])
    SignInCode.objects.filter(asked_at__lt=at - KEPT).delete()
    of_address = list(SignInCode.objects.filter(address=address, asked_at__gt=at - WITHIN).values_list("ip", flat=True))
    of_ip = SignInCode.objects.filter(ip=ip, asked_at__gt=at - IP_WITHIN).count()
    if of_address.count(ip) >= PER_ADDRESS or len(of_address) >= FROM_ANYWHERE or of_ip >= PER_IP:
        raise TooMany("Too many codes were asked for. Wait a quarter of an hour, then ask for one more.")


def _who(user: User | None, tenant: Organisation | None, at: datetime) -> User | None:
    """Return this person if they ask at this client and are nothing else anywhere; a second factor is never passed by."""
    if user is None or tenant is None or not user.is_active or user.is_superuser or is_mfa_enabled(user):
        return None
    standings = list(Membership.objects.live(at).filter(user=user).values_list("tenant_id", "role"))
    only_asks = all(role == access.ASKS for _, role in standings)
    return user if only_asks and tenant.pk in {one for one, _ in standings} else None


def _mail(row: SignInCode, user: User | None, tenant: Organisation, code: str, at: datetime) -> None:
    """Queue the code; for nobody, do as much and take it back, so that neither answer nor time tells."""
    person = access.Person(user.pk if user else 0, str(user or row.address), row.address, access.ASKS, Side.INTERNAL)
    try:
        with tenancy.only([tenant.pk]):
            notices.queue(
                tenant=tenant.pk,
                to=[person],
                subject=SUBJECT.format(client=tenant.name),
                text=TEXT.format(code=f"{code[:4]} {code[4:]}"),
                key=f"code:{row.pk}",
                at=at,
            )
            if user is None:
                raise _Nobody
    except _Nobody:
        background.after_commit("notices.deliver", tenant=tenant.pk, id=0)  # rings as for a mail; there is none


def _code_hash(code: str, browser: str) -> str:
    return salted_hmac("comanaged.code", f"{code} {browser}", secret=settings.FIELD_KEY, algorithm="sha256").hexdigest()


def _browser_hash(browser: str) -> str:
    return salted_hmac("comanaged.browser", browser, secret=settings.FIELD_KEY, algorithm="sha256").hexdigest()
