"""Real bodies of senders, and small changes of them."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "samples" / "payloads"


def sample(name: str) -> bytes:
    """Return a real body."""
    return (FOLDER / name).read_bytes()


def changed(name: str, **changes: Any) -> bytes:
    """Return a real JSON body with some of its outermost values changed."""
    return json.dumps(json.loads(sample(name)) | changes).encode()


def written(value: Any) -> bytes:
    """Return a value as JSON."""
    return json.dumps(value).encode()


def cloudwatch(state: str, **changes: Any) -> bytes:
    """Return the CloudWatch body as SNS posts it itself, with the alarm in another state."""
    message = json.loads(json.loads(sample("aws-cloudwatch-sns-single.json"))["Records"][0]["Sns"]["Message"])
    message |= {"NewStateValue": state} | changes
    return written({"Type": "Notification", "MessageId": "1", "TopicArn": "arn:t", "Subject": "s", "Message": json.dumps(message)})


VEEAM = "veeam-br-sessions.csv"
ZABBIX = "zabbix-problem-high.json"
TWO_FIRING = "alertmanager-v4-two-firing.json"
NO_FINGERPRINT = "alertmanager-v4-firing-no-fingerprint.json"
LAMBDA = "aws-cloudwatch-sns-single.json"
