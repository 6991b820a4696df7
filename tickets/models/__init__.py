"""The rows of tickets."""

from tickets.models.disputes import Dispute, DisputeRows
from tickets.models.events import Event, EventRows, Kind
from tickets.models.files import Attachment, AttachmentRows
from tickets.models.incidents import (
    Incident,
    IncidentAsk,
    IncidentEntry,
    IncidentRedaction,
    IncidentReview,
    IncidentRows,
    ReviewAction,
    ReviewSignature,
)
from tickets.models.linked import Export, External, ExternalLink, ExternalLinkRows
from tickets.models.mail import Contact, Held, InboundMail, InboundMailRows, Outcome, ReplyAddress
from tickets.models.promises import Promise, Terms
from tickets.models.talk import Canned, Draft, Presence, Redaction, Watcher
from tickets.models.tickets import FAR, TO_DO, UNFINISHED, Counter, Place, Ticket, TicketRows
from tickets.models.views import View, ViewRows
from tickets.models.work import Approval, Link, Merge, Minutes, Schedule, Standing, Step

__all__ = [
    "FAR",
    "TO_DO",
    "UNFINISHED",
    "Approval",
    "Attachment",
    "AttachmentRows",
    "Canned",
    "Contact",
    "Counter",
    "Dispute",
    "DisputeRows",
    "Draft",
    "Event",
    "EventRows",
    "Export",
    "External",
    "ExternalLink",
    "ExternalLinkRows",
    "Held",
    "InboundMail",
    "InboundMailRows",
    "Incident",
    "IncidentAsk",
    "IncidentEntry",
    "IncidentRedaction",
    "IncidentReview",
    "IncidentRows",
    "Kind",
    "Link",
    "Merge",
    "Minutes",
    "Outcome",
    "Place",
    "Presence",
    "Promise",
    "Redaction",
    "ReplyAddress",
    "ReviewAction",
    "ReviewSignature",
    "Schedule",
    "Standing",
    "Step",
    "Terms",
    "Ticket",
    "TicketRows",
    "View",
    "ViewRows",
    "Watcher",
]
