"""What a message to a room of a chat looks like: words only, so that no name or title in it rings anybody or hides a link."""

from typing import Any

LONGEST = 3000
SLACK, TEAMS = "SLACK", "TEAMS"
MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
CARD = "application/vnd.microsoft.card.adaptive"


def body_of(kind: str, text: str) -> dict[str, Any]:
    """Return the body that the chat of this kind takes."""
    return slack(text[:LONGEST]) if kind == SLACK else teams(text[:LONGEST])


def slack(text: str) -> dict[str, Any]:
    """Return a message of which Slack reads nothing as a command; a whole address becomes a link by itself."""
    return {"text": text.translate(MARKS), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def teams(text: str) -> dict[str, Any]:
    """Return a card with runs of plain text, of which Teams reads none as markdown."""
    lines = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in text.splitlines() if line.strip()]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": lines}
    return {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}
