"""Log lines: one event is one line of JSON, and no key and no link that opens something is ever in it."""

import json
import logging
import re

# what follows /in/, /v1/mail/, /invite/ or /reset/key/, and a key of the API wherever it stands
SECRET = re.compile(r"((?:/|%2f)(?:in|v1(?:/|%2f)+mail|invite|reset(?:/|%2f)key)(?:/|%2f)+|\bck_)(?:(?!%2f)[^/\s\"'&?])+", re.IGNORECASE)


class MaskKeys(logging.Filter):
    """Blanks what opens something."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET.sub(r"\1***", record.getMessage()), None
        return True


class OneLine(logging.Formatter):
    """JSON, so that a line break or escape code in a text stays inside its event."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"at": self.formatTime(record), "level": record.levelname, "from": record.name, "text": record.getMessage()}
        if record.exc_info:
            event["trace"] = SECRET.sub(r"\1***", self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=True)
