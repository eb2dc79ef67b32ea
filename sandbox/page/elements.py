"""Block elements as HTML (docs.slack.dev/reference/block-kit/block-elements).

They look like the controls of Slack and do nothing: the page shows, people act through the sandbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from sandbox.page import mrkdwn
from sandbox.page.dates import clock_time, day
from sandbox.page.inline import inlines_html, passages_html, safe_address
from sandbox.page.markup import NOTHING, Html, joined, lines, tag, words
from sandbox.page.names import Lookup
from sandbox.page.payload import (
    Payload,
    flag_at,
    number_at,
    object_at,
    objects_at,
    text_at,
    texts_at,
)
from sandbox.page.pictures import picture, scenery
from sandbox.page.rich_text import passages as rich_text_passages

_PLACEHOLDERS = {
    "users_select": "メンバーを選択",
    "multi_users_select": "メンバーを選択",
    "channels_select": "チャンネルを選択",
    "multi_channels_select": "チャンネルを選択",
    "conversations_select": "会話を選択",
    "multi_conversations_select": "会話を選択",
    "datepicker": "日付を選択",
    "timepicker": "時刻を選択",
    "datetimepicker": "日時を選択",
}
_MOST_FILES = 10
_TYPED_PLACEHOLDERS = {
    "plain_text_input": "",
    "rich_text_input": "",
    "number_input": "",
    "email_text_input": "name@example.jp",
    "url_text_input": "https://",
}


def text_html(text: Payload, lookup: Lookup) -> Html:
    """A text object: `mrkdwn` or `plain_text`."""
    if text_at(text, "type") == "mrkdwn":
        return passages_html(mrkdwn.passages(text_at(text, "text")), lookup)
    return tag("p", plain_html(text, lookup))


def plain_html(text: Payload, lookup: Lookup) -> Html:
    """A `plain_text` object without a paragraph around it. `emoji` is on unless it says false."""
    parsed = mrkdwn.plain(text_at(text, "text"), emoji=flag_at(text, "emoji", True))
    return inlines_html(parsed, lookup)


def element_html(element: Payload, lookup: Lookup) -> Html:
    """One element; what this page does not know is shown by its name."""
    kind = text_at(element, "type")
    render = _ELEMENTS.get(kind)
    return render(element, lookup) if render else placeholder(kind)


def placeholder(kind: str) -> Html:
    """What stands where the page does not know what Slack would show."""
    return tag("span", words(f"この画面では表示できない要素: {kind or '?'}"), class_="unknown")


def _button(element: Payload, lookup: Lookup) -> Html:
    style = text_at(element, "style")
    known = f" {style}" if style in ("primary", "danger") else ""
    label = plain_html(object_at(element, "text"), lookup)
    address = safe_address(text_at(element, "url"))
    name = text_at(element, "accessibility_label") or None
    asked = question(element)
    if address and lookup.address(address) != address:
        here = lookup.address(address)
        return tag("a", label, class_=f"button{known}", href=here, aria_label=name)
    if address:
        away = tag("span", words("↗"), class_="away", aria_hidden="true")
        return tag(
            "a",
            label,
            away,
            class_=f"button{known}",
            href=address,
            target="_blank",
            rel="noopener noreferrer nofollow",
            aria_label=name,
        )
    class_ = f"button{known}"
    return tag("button", label, type="button", class_=class_, aria_label=name, title=asked)


def question(element: Payload) -> str | None:
    """What is asked before an action is sent, for those who point at the element."""
    confirm = object_at(element, "confirm")
    if not confirm:
        return None
    title, text = (text_at(object_at(confirm, name), "text") for name in ("title", "text"))
    yes, no = (text_at(object_at(confirm, name), "text") for name in ("confirm", "deny"))
    return f"確認: {title}\n{text}\n[{no}] [{yes}]"


def _image(element: Payload, lookup: Lookup) -> Html:
    return picture(element, lookup, "thumbnail")


def _overflow(element: Payload, lookup: Lookup) -> Html:
    label = tag("span", words("⋯"), aria_hidden="true")
    summary = tag("summary", label, class_="button overflow", aria_label="その他")
    listed = _listed(objects_at(element, "options"), lookup)
    return tag("details", summary, listed, class_="opens at-end", title=question(element))


def _listed(options: Iterable[Payload], lookup: Lookup) -> Html:
    """The options of a menu, as they show once it is open."""
    shown = []
    for option in options:
        more = object_at(option, "description")
        about = tag("div", plain_html(more, lookup), class_="hint") if more else NOTHING
        shown.append(tag("li", plain_html(object_at(option, "text"), lookup), about))
    return tag("ul", *shown, class_="options")


def _select(element: Payload, lookup: Lookup) -> Html:
    chosen = list(_chosen(element, lookup))
    several = text_at(element, "type").startswith("multi_")
    if not chosen:
        shown = _menu(_placeholder(element, lookup), chosen=False)
    elif several:
        shown = _menu(joined(tag("span", one, class_="token") for one in chosen), chosen=True)
    else:
        shown = _menu(chosen[0], chosen=True)
    options = objects_at(element, "options")
    for group in objects_at(element, "option_groups"):
        options += objects_at(group, "options")
    if not options:
        return shown
    summary = tag("summary", shown)
    return tag("details", summary, _listed(options, lookup), class_="opens")


def _chosen(element: Payload, lookup: Lookup) -> Iterable[Html]:
    """Whatever is chosen in a menu, by any of the fields that the kinds of menu have for it."""
    option = object_at(element, "initial_option")
    for one in ([option] if option else []) + objects_at(element, "initial_options"):
        yield plain_html(object_at(one, "text"), lookup)
    people = [text_at(element, "initial_user"), *texts_at(element, "initial_users")]
    for user_id in filter(None, people):
        yield words(f"@{lookup.person_name(user_id) or user_id}")
    for kind in ("channel", "conversation"):
        ids = [text_at(element, f"initial_{kind}"), *texts_at(element, f"initial_{kind}s")]
        for one_id in filter(None, ids):
            yield words(_conversation_name(one_id, lookup))


def _conversation_name(conversation_id: str, lookup: Lookup) -> str:
    channel = lookup.channel_name(conversation_id)
    if channel:
        return f"#{channel}"
    return f"@{lookup.person_name(conversation_id) or conversation_id}"


def _date(element: Payload, lookup: Lookup) -> Html:
    try:
        at = datetime.strptime(text_at(element, "initial_date"), "%Y-%m-%d")  # noqa: DTZ007 a day has no zone
    except ValueError:
        return _menu(_placeholder(element, lookup), chosen=False, icon="📅")
    return _menu(words(day(at)), chosen=True, icon="📅")


def _time(element: Payload, lookup: Lookup) -> Html:
    chosen = text_at(element, "initial_time")
    shown = words(chosen) if chosen else _placeholder(element, lookup)
    return _menu(shown, chosen=bool(chosen), icon="🕒")


def _date_and_time(element: Payload, lookup: Lookup) -> Html:
    seconds = number_at(element, "initial_date_time")
    if not 0 < seconds < 32_503_680_000:
        return _menu(_placeholder(element, lookup), chosen=False, icon="📅")
    at = lookup.local(datetime.fromtimestamp(seconds, UTC))
    return _menu(words(f"{day(at)} {clock_time(at)}"), chosen=True, icon="📅")


def _menu(shown: Html, *, chosen: bool, icon: str = "") -> Html:
    mark = tag("span", words(icon), class_="icon", aria_hidden="true") if icon else NOTHING
    class_ = "menu" if chosen else "menu unchosen"
    return tag("span", mark, tag("span", shown, class_="value"), class_=class_)


def _placeholder(element: Payload, lookup: Lookup) -> Html:
    own = object_at(element, "placeholder")
    if own:
        return plain_html(own, lookup)
    return words(_PLACEHOLDERS.get(text_at(element, "type"), "オプションを選択"))


def _choices(element: Payload, lookup: Lookup) -> Html:
    """Radio buttons and checkboxes, with the descriptions of their options."""
    radio = text_at(element, "type") == "radio_buttons"
    initial = [*objects_at(element, "initial_options"), object_at(element, "initial_option")]
    chosen = {text_at(option, "value") for option in initial if option}
    rows = []
    for option in objects_at(element, "options"):
        on = text_at(option, "value") in chosen
        box = tag("span", class_=("radio" if radio else "check") + (" on" if on else ""))
        label = text_html(object_at(option, "text"), lookup)
        description = object_at(option, "description")
        more = tag("div", text_html(description, lookup), class_="hint") if description else NOTHING
        state = "true" if on else "false"
        role = "radio" if radio else "checkbox"
        body = tag("div", label, more)
        rows.append(tag("div", box, body, class_="choice", role=role, aria_checked=state))
    return tag("div", *rows, class_="choices")


def _typed(element: Payload, lookup: Lookup) -> Html:
    """Text, number, address and mail inputs, with what is filled in or what they ask for."""
    kind = text_at(element, "type")
    rich = object_at(element, "initial_value")
    tall = " tall" if flag_at(element, "multiline") or kind == "rich_text_input" else ""
    if rich:
        shown = passages_html(rich_text_passages(rich), lookup)
        return tag("div", shown, class_=f"field{tall}")
    value = text_at(element, "initial_value")
    if value:
        return tag("div", lines(value), class_=f"field{tall}")
    own = object_at(element, "placeholder")
    asked = plain_html(own, lookup) if own else words(_TYPED_PLACEHOLDERS[kind])
    return tag("div", asked, class_=f"field{tall} unfilled")


def _file(element: Payload, _lookup: Lookup) -> Html:
    """What was uploaded so far, and what else is taken."""
    files = objects_at(element, "files")
    shown = [_uploaded(file) for file in files]
    most = number_at(element, "max_files", _MOST_FILES)
    kinds = "、".join(texts_at(element, "filetypes"))
    about = f"{most}件まで" + (f" ({kinds})" if kinds else "")
    add = tag("span", words("ファイルを追加"), class_="button")
    note = tag("span", words(about), class_="hint")
    more = tag("div", add, note, class_="upload") if len(files) < most else NOTHING
    return tag("div", *shown, more, class_="uploads")


def _uploaded(file: Payload) -> Html:
    name = text_at(file, "name")
    if text_at(file, "mimetype").startswith("image/"):
        icon = scenery(text_at(file, "id"), name, "file-picture")
    else:
        icon = tag("span", words("📄"), class_="emoji")
    return tag("div", icon, tag("span", words(name)), class_="file")


def _workflow_button(element: Payload, lookup: Lookup) -> Html:
    return _button({**element, "url": ""}, lookup)


def _many(names: Iterable[str], render: Callable[[Payload, Lookup], Html]) -> _Renderers:
    return dict.fromkeys(names, render)


_Renderers = Mapping[str, Callable[[Payload, Lookup], Html]]
_SELECTS = ("static", "external", "users", "conversations", "channels")
_ELEMENTS: _Renderers = {
    "button": _button,
    "workflow_button": _workflow_button,
    "image": _image,
    "overflow": _overflow,
    **_many([f"{kind}_select" for kind in _SELECTS], _select),
    **_many([f"multi_{kind}_select" for kind in _SELECTS], _select),
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _date_and_time,
    "radio_buttons": _choices,
    "checkboxes": _choices,
    **_many(_TYPED_PLACEHOLDERS, _typed),
    "file_input": _file,
}
