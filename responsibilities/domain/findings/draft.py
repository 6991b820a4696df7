"""What a finding is before it is a row: its code, its stable key, how bad it is, whether it blocks signing."""

from dataclasses import dataclass

from comanaged.vocabulary import FindingSeverity

Key = tuple[str, str, str, str]  # code, place, duty, subject

STEPS = (FindingSeverity.LOW, FindingSeverity.MEDIUM, FindingSeverity.HIGH, FindingSeverity.CRITICAL)
BLIND = {
    "BLIND_ORPHAN": FindingSeverity.CRITICAL,
    "BLIND_DOUBLE": FindingSeverity.MEDIUM,
    "BLIND_PAPER": FindingSeverity.HIGH,
    "BLIND_UNSURE": FindingSeverity.MEDIUM,
}
STRUCTURAL = {  # what is settled with a version, because its lines are what it is said of; open blind answers too
    "A_MISSING": FindingSeverity.HIGH,
    "A_MULTIPLE": FindingSeverity.HIGH,
    "A_OUTSIDE_ORG": FindingSeverity.HIGH,
    "R_MISSING": FindingSeverity.HIGH,
    "R_GAP": FindingSeverity.HIGH,
    "R_NO_LEAD": FindingSeverity.MEDIUM,
    "PERSON_MISSING": FindingSeverity.MEDIUM,
    "SPLIT_MISSING": FindingSeverity.MEDIUM,
    "TIE": FindingSeverity.MEDIUM,
    "PLACE_UNREACHABLE": FindingSeverity.LOW,
    "DEPENDENCY_SPLIT": FindingSeverity.LOW,
    "OWNER_INACTIVE": FindingSeverity.HIGH,
    "BACKUP_MISSING": FindingSeverity.MEDIUM,
    "BACKUP_SAME": FindingSeverity.MEDIUM,
    "BOTH_ABSENT": FindingSeverity.MEDIUM,
    "ROTA_HOLE": FindingSeverity.HIGH,
    "KEY_PERSON": FindingSeverity.HIGH,
    "SELF_WATCH": FindingSeverity.MEDIUM,
    "UNSIGNED": FindingSeverity.MEDIUM,
    "REVIEW_OVERDUE": FindingSeverity.LOW,
    "TEMPLATE_BEHIND": FindingSeverity.LOW,
    "ACCEPTANCE_EXPIRED": FindingSeverity.HIGH,
    **BLIND,
}
BLOCKING = frozenset({"A_MISSING", "A_MULTIPLE", "A_OUTSIDE_ORG", "R_MISSING", "R_GAP", "R_NO_LEAD", "BLIND_ORPHAN"})
GRAVE, SLIGHT = 5, 2  # a duty of this risk makes a finding one step worse, one of at most this risk one step milder


@dataclass(frozen=True)
class Draft:
    """A finding as a rule words it. `items` are the facts it rests on."""

    code: str
    duty: str
    place: str
    subject: str
    severity: FindingSeverity
    blocks: bool
    sentence: str
    items: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Return what makes it the same finding as yesterday's."""
        return self.code, self.place, self.duty, self.subject


def severity(base: FindingSeverity, risk: int) -> FindingSeverity:
    """Return `base` one step worse for a duty of the gravest risk, one milder for a slight one."""
    step = STEPS.index(base) + (risk >= GRAVE) - (risk <= SLIGHT)
    return STEPS[max(0, min(step, len(STEPS) - 1))]


def worse(one: str, other: str) -> bool:
    """Say whether the first severity is worse than the second."""
    return STEPS.index(FindingSeverity(one)) > STEPS.index(FindingSeverity(other))
