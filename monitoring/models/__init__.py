"""Sources and what they sent, alerts and their history, evidence and what it was judged to mean."""

from monitoring.models.alerts import Alert, Transition
from monitoring.models.backups import BackupRun, Check, Evidence, Policy, Verdict
from monitoring.models.intake import InboundEvent, Outcome, Source

__all__ = ["Alert", "BackupRun", "Check", "Evidence", "InboundEvent", "Outcome", "Policy", "Source", "Transition", "Verdict"]
