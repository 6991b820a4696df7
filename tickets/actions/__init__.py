"""Every write to a ticket: one verb, one transaction, one entry in its ledger."""

from tickets.actions.offering import accept, ask_for, decline, direct, offer, withdraw
from tickets.actions.opening import Opened, Origin, UnknownDuty, ask, open_ticket, source_resolved
from tickets.actions.sorting import lower_critical, set_duty, set_priority
from tickets.actions.steps import NotNow, NotYours, OtherContent, Refused, SayMore, Stale
from tickets.actions.talking import note, reply
from tickets.actions.waiting import wait, wake
from tickets.actions.working import assign, cancel, cancel_own, close, confirm, release, reopen, resolve, take

__all__ = [
    "NotNow",
    "NotYours",
    "Opened",
    "Origin",
    "OtherContent",
    "Refused",
    "SayMore",
    "Stale",
    "UnknownDuty",
    "accept",
    "ask",
    "ask_for",
    "assign",
    "cancel",
    "cancel_own",
    "close",
    "confirm",
    "decline",
    "direct",
    "lower_critical",
    "note",
    "offer",
    "open_ticket",
    "release",
    "reopen",
    "reply",
    "resolve",
    "set_duty",
    "set_priority",
    "source_resolved",
    "take",
    "wait",
    "wake",
    "withdraw",
]
