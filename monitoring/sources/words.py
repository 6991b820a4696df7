"""The shared word maps: how senders spell a severity and a state."""

from collections.abc import Mapping

SEVERITY = {
    **dict.fromkeys(("critical", "crit", "fatal", "emergency", "emerg", "alert", "disaster", "p1", "sev0", "sev1", "blocker"), "critical"),
    **dict.fromkeys(("high", "error", "err", "major", "severe", "p2", "sev2"), "high"),
    **dict.fromkeys(("warning", "warn", "medium", "moderate", "minor", "average", "p3", "sev3"), "warning"),
    **dict.fromkeys(("info", "information", "informational", "notice", "low", "debug", "ok", "p4", "p5", "sev4"), "info"),
    **dict.fromkeys(("unknown", "not classified", "not_classified", "none", "indeterminate"), "unknown"),
}
KIND = {
    **dict.fromkeys(
        (
            "trigger",
            "triggered",
            "firing",
            "problem",
            "alarm",
            "alerting",
            "open",
            "opened",
            "active",
            "down",
            "critical",
            "failed",
            "error",
        ),
        "trigger",
    ),
    **dict.fromkeys(("acknowledge", "acknowledged", "ack"), "acknowledge"),
    **dict.fromkeys(
        ("resolve", "resolved", "ok", "recovery", "recovered", "closed", "close", "up", "normal", "cleared", "clear", "success"), "resolve"
    ),
    **dict.fromkeys(("info", "information", "note"), "info"),
}
SHARED: Mapping[str, Mapping[str, str]] = {"severity": SEVERITY, "kind": KIND}
