"""A version's way: proposed with its content frozen, signed by one person of each side, in force, or withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Side
from responsibilities import signals
from responsibilities.actions import announcing, drafting, findings
from responsibilities.domain import content as contents
from responsibilities.domain import difference
from responsibilities.models import Signature, Version
from responsibilities.queries import blocking, signing, turnstile
from responsibilities.queries.blocking import Blocked

SIGN = {Side.INTERNAL: "matrix.sign_client", Side.PROVIDER: "matrix.sign_provider"}
AGAIN = "Look at it again, then decide."


class NotPossible(Exception):
    """What somebody wants of a version cannot be, in words for them; `field` names what they typed, `blocked` what stands in the way."""

    def __init__(self, words: str, *, field: str = "", blocked: Sequence[Blocked] = ()) -> None:
        self.field, self.blocked = field, tuple(blocked)
        super().__init__(words)


class Moved(Exception):
    """The version is no longer what the person was shown."""


@dataclass(frozen=True)
class Signed:
    """A signature, and what it brought about: a version in force once both sides have signed."""

    version: Version
    signature: Signature
    in_force: bool
    before: Version | None = None


@transaction.atomic
def propose(number: int, *, seen: str, by: Actor, at: datetime) -> Version:
    """Ask the other side to sign the open version as it stands; `seen` is the hash of the content that was shown.

    Its content is frozen with its hash. A version whose names changed since it was proposed is proposed again: its signatures are cleared.
    Raise NotPossible, Moved.
    """
    access.require(by, "matrix.propose_version")
    drafting.serving(by, at)
    version = _opened(number, by)
    if access.provider_of(version.tenant_id, at) is None and not access.provider_asked(version.tenant_id, at):
        raise NotPossible("No provider is engaged here, so nobody could sign for the other side. Invite one first.")
    text = contents.canonical(signing.content_of(version, at))
    found = contents.digest(text)
    if version.state == Version.State.PROPOSED and found == version.content_hash:
        raise NotPossible("It is proposed already. Each side signs it next.")
    if found != seen:
        raise Moved(f"The draft changed since you saw it, so nothing was proposed. {AGAIN}")
    cleared = drafting.clear_signatures(version, "proposed again, because names in it changed", by=by, at=at)
    version.state, version.content, version.content_hash = Version.State.PROPOSED, text, found
    version.proposed_at, version.proposed_side = at, by.side or ""
    version.save(update_fields=["state", "content", "content_hash", "proposed_at", "proposed_side"])
    said = f"Version {number} is proposed, content mark {contents.mark(found)}.{drafting.no_longer(cleared)}"
    trail.record("matrix.proposed", version, by=by, at=at, after=said)
    findings.recheck(version, by=by, at=at)
    announcing.proposed(version, by=by, at=at)
    return version


@transaction.atomic
def sign(number: int, *, seen: str, typed_name: str, by: Actor, at: datetime) -> Signed:
    """Sign the proposed version for the actor's side; `seen` is the hash as it was shown. The second side's signature brings it into force.

    Raise NotPossible, Moved, and Refused for who may never.
    """
    if by.side is None or by.user_id is None:
        raise access.Refused(SIGN[by.side or Side.INTERNAL], by.role)
    access.require(by, SIGN[by.side])
    turnstile.change(by.tenant_id)  # first of all locks: work that is being routed ends before this version may come into force
    version = _opened(number, by)
    standing = list(Signature.objects.for_tenant(by.tenant).filter(version=version, cleared_at=None).order_by("id"))
    _as_shown(version, seen, at)
    _may_sign(standing, typed_name, by, at)
    _nothing_blocks(version, at)
    signature = Signature.objects.create(
        tenant=by.tenant,
        version=version,
        side=by.side,
        user_id=by.user_id,
        name=by.name,
        typed_name=typed_name.strip(),
        content_hash=version.content_hash,
        signed_at=at,
    )
    complete = {one.side for one in (*standing, signature)} == set(Side)
    before = _bring_into_force(version, by, at) if complete else None
    trail.record("matrix.signed", version, by=by, at=at, after=f"Version {number}, content mark {contents.mark(seen)}")
    if not complete:
        announcing.signed(version, signature, by=by, at=at)
        return Signed(version, signature, in_force=False)
    replaced = f" instead of version {before.number}" if before else ""
    trail.record("matrix.in_force", version, by=by, at=at, after=f"Both sides signed; version {number} is in force{replaced}")
    findings.recheck(version, by=by, at=at)  # those of the draft end with it
    announcing.in_force(version, before, by=by, at=at)
    return Signed(version, signature, in_force=True, before=before)


@transaction.atomic
def withdraw(number: int, *, by: Actor, at: datetime) -> Version:
    """Take back what the own side proposed, or a draft it began, while nobody has signed it and another version is in force."""
    access.require(by, "matrix.withdraw_version")
    drafting.serving(by, at)
    version = _opened(number, by)
    side = version.proposed_side or signing.begun_by_side(version)
    if side and by.side is not None and side != by.side:
        raise NotPossible("The other side wrote this version, so only its managers can withdraw it. You can change it instead.")
    signers = Signature.objects.for_tenant(by.tenant).filter(version=version, cleared_at=None).values_list("name", flat=True)
    if signers:
        raise NotPossible(f"{' and '.join(signers)} signed it already. Any edit clears a signature; after that it can be withdrawn.")
    if not Version.objects.for_tenant(by.tenant).filter(state=Version.State.IN_FORCE).exists():
        raise NotPossible("Nothing is in force yet, so this draft is all there is. Change it instead.")
    was_proposed = version.state == Version.State.PROPOSED
    if not was_proposed:
        version.content = contents.canonical(signing.content_of(version, at))
        version.content_hash = contents.digest(version.content)
    version.state, version.withdrawn_at = Version.State.WITHDRAWN, at
    version.save(update_fields=["state", "withdrawn_at", "content", "content_hash"])
    trail.record("matrix.withdrawn", version, by=by, at=at, after=f"Version {number} was withdrawn; nothing of it counts")
    findings.recheck(version, by=by, at=at)
    if was_proposed:
        announcing.withdrawn(version, by=by, at=at)
    return version


def _opened(number: int, by: Actor) -> Version:
    """Return the open version locked, if it is the one that is meant."""
    try:
        version = drafting.opened(by)
    except drafting.NoDraft:
        version = None
    if version is None or version.number != number:
        raise Moved(f"Version {number} is not open any more, so nothing was done. {AGAIN}")
    version.tenant = by.tenant
    return version


def _as_shown(version: Version, seen: str, at: datetime) -> None:
    """Raise Moved unless the version says what was shown, and its rows say what it says."""
    if version.state == Version.State.DRAFT or version.content_hash != seen:
        raise Moved(f"The version changed since you saw it, so it was not signed. {AGAIN}")
    now = signing.content_of(version, at)
    if contents.canonical(now) != version.content:
        changes = difference.changes(contents.parsed(version.content), now)
        said = " ".join(f"{one.title}: {one.does}." for one in changes[:5])
        raise Moved(f"What it names changed since it was proposed, so it was not signed. {said} Propose it again.")


def _may_sign(standing: Sequence[Signature], typed_name: str, by: Actor, at: datetime) -> None:
    """Raise unless this person may sign for their side now."""
    if not by.signatory:
        raise NotPossible("You are no signatory of your side. Ask one of its signatories to sign.")
    if by.side is Side.PROVIDER and access.provider_id_of(by.tenant_id, at) != by.company_id:
        raise NotPossible(f"Your company does not serve {by.tenant.name} now, so it cannot sign.")
    own = next((one for one in standing if one.user_id == by.user_id), None)
    if own is not None and own.side != by.side:
        raise NotPossible("You signed this version for the other side already. One person signs once.")
    theirs = next((one for one in standing if one.side == by.side), None)
    if theirs is not None:
        raise Moved(f"{theirs.name} signed for your side already, so nothing was added.")
    if _plain(typed_name) != _plain(by.name):
        raise NotPossible(f"Type your name as it stands in your account: {by.name}", field="typed_name")


def _nothing_blocks(version: Version, at: datetime) -> None:
    blocked = [one for one in blocking.blocking(version, at) if one.acceptance is None]
    if blocked:
        listed = " ".join(one.finding.sentence for one in blocked[:5])
        more = f" And {len(blocked) - 5} more." if len(blocked) > 5 else ""  # noqa: PLR2004 - as many as are told
        raise NotPossible(f"This version cannot be signed yet. {listed}{more}", blocked=blocked)


def _bring_into_force(version: Version, by: Actor, at: datetime) -> Version | None:
    """Let a version count instead of the one before, at the same instant, and announce it; return the one before."""
    versions = Version.objects.for_tenant(by.tenant)
    before = versions.filter(state=Version.State.IN_FORCE).select_for_update().first()
    if before is not None:
        before.state, before.superseded_at = Version.State.SUPERSEDED, at
        before.save(update_fields=["state", "superseded_at"])
    version.state, version.in_force_at = Version.State.IN_FORCE, at
    version.save(update_fields=["state", "in_force_at"])
    signals.matrix_changed.send(sender=Version, tenant=by.tenant, version=version, before=before, by=by, at=at)
    return before


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
