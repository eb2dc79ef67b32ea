"""Block Kit in short, for the tests of its rules."""

from __future__ import annotations

from sandbox.blocks import check_blocks

Block = dict[str, object]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def button(number: int = 0, **more: object) -> Block:
    return {"type": "button", "text": plain("はい"), "action_id": f"a{number}", **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def section(**fields: object) -> Block:
    return {"type": "section", **fields}


def option(value: str = "v", text: str = "選択肢") -> Block:
    return {"text": plain(text), "value": value}


def select(**more: object) -> Block:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def table(rows: int = 2, columns: int = 2, **more: object) -> Block:
    cells = [{"type": "raw_text", "text": "一"}] * columns
    return {"type": "table", "rows": [list(cells) for _ in range(rows)], **more}


def rich(*elements: Block) -> Block:
    inline = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [inline]}


def question(element: Block, **more: object) -> Block:
    return {"type": "input", "label": plain("名前"), "element": element, **more}


def errors(*blocks: object, surface: str = "message") -> list[str]:
    return check_blocks(list(blocks), surface).errors
