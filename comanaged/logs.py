"""Log lines: one event is one line of JSON, and no key of an intake address is ever in it."""

import json
import logging
import re

INTAKE_KEY = re.compile(r"(/in/|/invite/)[^/\s\"']+")


class MaskKeys(logging.Filter):
    """Blanks the secret part of addresses that hold one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = INTAKE_KEY.sub(r"\1***", record.getMessage()), None
        return True


class OneLine(logging.Formatter):
    """JSON, so that a line break or escape code in a text stays inside its event."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"at": self.formatTime(record), "level": record.levelname, "from": record.name, "text": record.getMessage()}
        if record.exc_info:
            event["trace"] = INTAKE_KEY.sub(r"\1***", self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=True)
