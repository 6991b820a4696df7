"""The rows of the matrix."""

from responsibilities.models.acts import Act
from responsibilities.models.attesting import Attestation, BlindAnswer, BlindQuestion, Witness
from responsibilities.models.findings import Finding
from responsibilities.models.matrix import (
    Acceptance,
    Assignment,
    Calendar,
    Comment,
    Confirmation,
    Duty,
    Exclusion,
    Pulse,
    Row,
    Signature,
    Version,
)
from responsibilities.models.people import Absence, Cover, Override, Team, TeamMember, Template
from responsibilities.models.places import Place
from responsibilities.models.uploads import Upload

__all__ = [
    "Absence",
    "Acceptance",
    "Act",
    "Assignment",
    "Attestation",
    "BlindAnswer",
    "BlindQuestion",
    "Calendar",
    "Comment",
    "Confirmation",
    "Cover",
    "Duty",
    "Exclusion",
    "Finding",
    "Override",
    "Place",
    "Pulse",
    "Row",
    "Signature",
    "Team",
    "TeamMember",
    "Template",
    "Upload",
    "Version",
    "Witness",
]
