"""Reads for the pages, the API and the apps above: alerts, sources, backups."""

from monitoring.queries.alerts import AlertPage, alert_of, alerts_of, open_count, story_of
from monitoring.queries.backups import Board, JobRow, board_of, policy_of, said_of
from monitoring.queries.intake import SourceRow, Tried, event_of, looked_at, mapping_words, messages_of, source_of, sources_of, tried

__all__ = [
    "AlertPage",
    "Board",
    "JobRow",
    "SourceRow",
    "Tried",
    "alert_of",
    "alerts_of",
    "board_of",
    "event_of",
    "looked_at",
    "mapping_words",
    "messages_of",
    "open_count",
    "policy_of",
    "said_of",
    "source_of",
    "sources_of",
    "story_of",
    "tried",
]
