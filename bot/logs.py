"""Log lines, as text for people or as JSON for machines."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped

from bot.settings import Settings

# The last are Bolt's loggers for what we have registered with it.
_SLACKS_LIBRARIES = ("slack_sdk", "slack_bolt", "iine:")

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time` (ISO, UTC), `level`, `logger`, `message`, `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(settings: Settings) -> None:
    """Send log lines to standard error in the form that the settings ask for."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter() if settings.log_format == "json" else logging.Formatter(_TEXT)
    )
    handler.addFilter(_is_without_words)
    handler.addFilter(_is_worth_a_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # The scheduler tells of every look at the clock.
    logging.getLogger("apscheduler").setLevel(max(root.level, logging.WARNING))


def _is_without_words(record: logging.LogRecord) -> bool:
    """Slack's libraries tell of every payload at DEBUG, and so of people's words.

    Their loggers' levels are no help: Bolt gives each of its loggers that of the root
    (slack_bolt.logger).
    """
    return record.levelno > logging.DEBUG or not record.name.startswith(_SLACKS_LIBRARIES)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Bolt finds the token in the environment beside the client that it is given, and warns."""
    return record.getMessage() != warning_client_prioritized_and_token_skipped()
