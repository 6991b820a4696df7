"""Every write of monitoring: store a message, read it into alerts, judge evidence, run what is due, set limits."""

from monitoring.actions.alerts import CannotAct, acknowledge, resolve_by_hand, wake
from monitoring.actions.backups import CannotHandIn, HandedIn, hand_in, judge
from monitoring.actions.checks import run_check, run_now, start_checks
from monitoring.actions.digest import digest, give_up
from monitoring.actions.intake import Accepted, accept
from monitoring.actions.limits import CannotChange, Limits, loosen_limits, tighten_limits
from monitoring.actions.sources import CannotCreate, Made, create_source, read_raw, replay, set_mapping

__all__ = [
    "Accepted",
    "CannotAct",
    "CannotChange",
    "CannotCreate",
    "CannotHandIn",
    "HandedIn",
    "Limits",
    "Made",
    "accept",
    "acknowledge",
    "create_source",
    "digest",
    "give_up",
    "hand_in",
    "judge",
    "loosen_limits",
    "read_raw",
    "replay",
    "resolve_by_hand",
    "run_check",
    "run_now",
    "set_mapping",
    "start_checks",
    "tighten_limits",
    "wake",
]
