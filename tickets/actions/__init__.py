"""Every write to a ticket: one verb, one transaction, one entry in its ledger."""

from tickets.actions.blanking import blank
from tickets.actions.canned import add_canned, change_canned, remove_canned
from tickets.actions.drafting import insert_canned, keep_draft, mark_here
from tickets.actions.filing import NotTaken, TooMany
from tickets.actions.following import unwatch, watch
from tickets.actions.hiding import ask_hidden, hide, show
from tickets.actions.offering import accept, accept_many, ask_for, decline, direct, emergency_take, offer, withdraw
from tickets.actions.opening import Opened, Origin, UnknownDuty, ask, open_ticket, source_resolved
from tickets.actions.sorting import lower_critical, set_duty, set_priority
from tickets.actions.steps import NotNow, NotYours, OtherContent, Refused, SayMore, Stale
from tickets.actions.talking import note, reply, share
from tickets.actions.waiting import wait, wake
from tickets.actions.working import assign, cancel, cancel_own, close, confirm, release, reopen, resolve, take

__all__ = [
    "NotNow",
    "NotTaken",
    "NotYours",
    "Opened",
    "Origin",
    "OtherContent",
    "Refused",
    "SayMore",
    "Stale",
    "TooMany",
    "UnknownDuty",
    "accept",
    "accept_many",
    "add_canned",
    "ask",
    "ask_for",
    "ask_hidden",
    "assign",
    "blank",
    "cancel",
    "cancel_own",
    "change_canned",
    "close",
    "confirm",
    "decline",
    "direct",
    "emergency_take",
    "hide",
    "insert_canned",
    "keep_draft",
    "lower_critical",
    "mark_here",
    "note",
    "offer",
    "open_ticket",
    "release",
    "remove_canned",
    "reopen",
    "reply",
    "resolve",
    "set_duty",
    "set_priority",
    "share",
    "show",
    "source_resolved",
    "take",
    "unwatch",
    "wait",
    "wake",
    "watch",
    "withdraw",
]
