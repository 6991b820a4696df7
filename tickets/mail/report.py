"""What was understood of a mail, as a report that programs read."""

from typing import Any

from tickets.mail.understood import Understood


def report(mail: Understood) -> dict[str, Any]:
    """Return plain values; of attachments everything but their content."""
    return {
        "automatic": mail.automatic,
        "kind": str(mail.kind),
        "why": mail.why,
        "bounced": list(mail.bounced),
        "sender": {"address": mail.sender.address, "name": mail.sender.name},
        "recipients": list(mail.recipients),
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "thread": {
            "message_id": mail.thread.message_id,
            "in_reply_to": list(mail.thread.in_reply_to),
            "references": list(mail.thread.references),
            "number": mail.thread.number,
            "token": mail.thread.token,
        },
        "text": mail.text,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "html": mail.html,
        "attachments": [
            {"name": one.name, "type": one.type, "size": one.size, "sha256": one.sha256, "cid": one.cid} for one in mail.attachments
        ],
        "problems": list(mail.problems),
    }
