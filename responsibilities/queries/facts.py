"""What the findings of a version rest on besides its lines: what is signed and confirmed, which acceptances ran out, newer templates, open blind answers."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from comanaged.accounts import access
from comanaged.accounts.models import Membership
from comanaged.vocabulary import Letter
from responsibilities import catalogue, models
from responsibilities.catalogue import UnknownTemplate
from responsibilities.domain.findings import Facts, Lapsed, News
from responsibilities.domain.raci import Rule
from responsibilities.models import Acceptance, Confirmation, Row, Version
from responsibilities.queries import attested, reading

UNTOUCHED = 1  # the stamp of a row that nobody wrote since it came from its template


def facts_of(version: Version, at: datetime) -> Facts:
    """Return what is known of a version at `at`; of a draft beside one in force nothing that is the standing one's."""
    standing = version if version.state == Version.State.IN_FORCE else in_force(version.tenant_id)
    answers = standing is None or standing == version
    return Facts(
        version=version.number,
        nothing_in_force=standing is None,
        proposed_at=version.proposed_at if version.state == Version.State.PROPOSED else None,
        in_force_at=version.in_force_at if standing == version else None,
        confirmed=_confirmed(version.tenant_id) if standing == version else {},
        joined=_joined(version.tenant_id),
        lapsed=_lapsed(version.tenant_id, at) if answers else (),
        news=news_of(version),
        prerequisites=catalogue.prerequisites(),
        voices=attested.voices_of(version.tenant_id),
    )


def in_force(tenant_id: int) -> Version | None:
    """Return the version in force, None for none."""
    return Version.objects.for_tenant(tenant_id).filter(state=Version.State.IN_FORCE).defer("content").first()


def _confirmed(tenant_id: int) -> dict[str, datetime]:
    rows = Confirmation.objects.for_tenant(tenant_id).values("duty__key").annotate(last=Max("confirmed_at"))
    return dict(rows.values_list("duty__key", "last"))


def _joined(tenant_id: int) -> dict[int, datetime]:
    rows = Membership.objects.filter(tenant_id=tenant_id).exclude(role=access.ASKS)
    return dict(rows.order_by("starts_at", "id").values_list("user_id", "starts_at"))


def _lapsed(tenant_id: int, at: datetime) -> tuple[Lapsed, ...]:
    rows = Acceptance.objects.for_tenant(tenant_id).filter(ended_at=None, expires_at__lte=at).order_by("id")
    return tuple(Lapsed((row.code, row.place, row.duty_key, row.subject), row.expires_at, row.accepted_by) for row in rows)


def news_of(version: Version) -> News | None:
    """Return the newer edition of the template a version began from, with the duties of which it says something else than lines nobody wrote since."""
    pinned, newest = version.template_version, _newest(version)
    if pinned is None or newest is None or newest[0] <= pinned:
        return None
    number, template = newest
    touched = _touched(version, template)
    return News(template.key, template.name, pinned, number, touched) if touched else None


def _newest(version: Version) -> tuple[int, catalogue.Template] | None:
    """Return number and content of the newest edition there is, shipped or the provider's own."""
    if version.template_owner_id is None:
        try:
            return catalogue.templates_version(), catalogue.template(version.template_key)
        except UnknownTemplate:
            return None
    rows = models.Template.objects.for_tenant(version.template_owner_id).filter(key=version.template_key)
    row = rows.order_by("-number").first()
    return (row.number, catalogue.template_from(row.content)) if row else None


def _touched(version: Version, template: catalogue.Template) -> tuple[str, ...]:
    rows = Row.objects.for_tenant(version.tenant_id).filter(version=version, stamp=UNTOUCHED, duty__isnull=False)
    untouched = {(row.rule_key, row.place.key if row.place else ""): str(row.duty) for row in rows.select_related("duty", "place")}
    said = _by_line(reading.rule_from(one, "UTC") for one in reading.assignments_of(version, version_duties(version)))
    stated = _by_line(rule for rule in template.rules if rule.party or rule.place)
    names = [name for line, name in untouched.items() if said.get(line, set()) != stated.get(line, set())]
    return tuple(dict.fromkeys(names))


def version_duties(version: Version) -> list[int]:
    """Return the ids of the client's duties."""
    return list(models.Duty.objects.for_tenant(version.tenant_id).order_by("position", "id").values_list("id", flat=True))


def _by_line(rules: Iterable[Rule]) -> dict[tuple[str, str], set[tuple[Letter, str | None, str | None, bool]]]:
    found: dict[tuple[str, str], set[tuple[Letter, str | None, str | None, bool]]] = {}
    for rule in rules:
        found.setdefault((rule.duty, rule.place), set()).add((rule.letter, rule.party, rule.hours, rule.lead))
    return found
