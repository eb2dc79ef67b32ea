"""What Slack accepts, one name each, with the page that says so. Characters unless stated."""

from __future__ import annotations

from typing import Final

# docs.slack.dev/reference/block-kit/blocks
BLOCKS_PER_MESSAGE: Final = 50
BLOCKS_PER_MODAL: Final = 100

# docs.slack.dev/reference/block-kit/blocks/header-block
HEADER_TEXT: Final = 150

# docs.slack.dev/reference/block-kit/blocks/section-block
SECTION_TEXT: Final = 3_000
SECTION_FIELDS: Final = 10
SECTION_FIELD_TEXT: Final = 2_000

# docs.slack.dev/reference/block-kit/blocks/context-block
CONTEXT_ELEMENTS: Final = 10

# docs.slack.dev/reference/block-kit/composition-objects/text-object
TEXT_OBJECT: Final = 3_000

# docs.slack.dev/reference/block-kit/blocks/actions-block
ACTIONS_ELEMENTS: Final = 25

# docs.slack.dev/reference/block-kit/block-elements/button-element
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000

# docs.slack.dev/reference/block-kit/composition-objects/option-object
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150

# docs.slack.dev/reference/block-kit/block-elements/select-menu-element
SELECT_OPTIONS: Final = 100
PLACEHOLDER_TEXT: Final = 150

# docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
PLAIN_TEXT_INPUT: Final = 3_000

# docs.slack.dev/reference/block-kit/blocks/table-block: one table in a message, and no more than
# so many characters in all of its cells together
TABLE_ROWS: Final = 100
TABLE_COLUMNS: Final = 20
TABLE_CHARACTERS: Final = 10_000
TABLES_PER_MESSAGE: Final = 1

# docs.slack.dev/reference/views/modal-views
VIEW_TITLE: Final = 24
VIEW_BUTTON_TEXT: Final = 24
PRIVATE_METADATA: Final = 3_000
CALLBACK_ID: Final = 255

# docs.slack.dev/reference/block-kit/block-elements
ACTION_ID: Final = 255
BLOCK_ID: Final = 255

# docs.slack.dev/reference/methods/chat.postMessage: longer texts are cut off by Slack
MESSAGE_TEXT: Final = 40_000
MESSAGE_TEXT_ADVISED: Final = 4_000
# docs.slack.dev/reference/methods/chat.update: longer ones are refused (`msg_too_long`)
MESSAGE_TEXT_IN_UPDATE: Final = 4_000

# docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_USES: Final = 5
RESPONSE_URL_MINUTES: Final = 30
