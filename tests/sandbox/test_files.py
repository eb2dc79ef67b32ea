"""Files in modals and in blocks.

https://docs.slack.dev/reference/block-kit/block-elements/file-input-element,
https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Person, Sandbox, View
from tests.sandbox.listening import ListeningApp, Payload, error_of, refusal
from tests.sandbox.test_inputs import Open, opens, plain, question, submitted

__all__ = ["opens"]
PHOTOS: Payload = {"type": "file_input", "filetypes": ["png", "jpg"], "max_files": 2}


def picture(file_id: object) -> Payload:
    return {"type": "image", "alt_text": "写真", "slack_file": {"id": file_id}}


@pytest.fixture
def form(opens: Open) -> View:
    """A modal that asks for photos."""
    return opens(question(PHOTOS))


def test_files_are_handed_over(
    web: WebClient, app: ListeningApp, channel: Channel, naoko: Person, form: View
) -> None:
    uploaded = naoko.uploads("避難所.jpg", size=2_000_000)
    naoko.fills(form, {"q": [uploaded, "体育館.png"]})
    assert error_of(web, "files.info", file=uploaded.id) == "file_not_found"
    naoko.submits()
    held = submitted(app)["q"]
    assert isinstance(held, dict)
    first, second = held["files"]
    assert (first["id"], first["name"], first["mimetype"]) == (
        uploaded.id,
        "避難所.jpg",
        "image/jpeg",
    )
    assert second["filetype"] == "png"
    info = web.files_info(file=uploaded.id)["file"]
    assert (info["size"], info["user"], info["is_public"]) == (2_000_000, naoko.id, False)
    answer = web.chat_postMessage(channel=channel.id, text="写真", blocks=[picture(second["id"])])
    assert answer["message"]["blocks"][0]["slack_file"] == {"id": second["id"]}


def test_what_the_input_does_not_take(naoko: Person, jun: Person, form: View) -> None:
    for value in (
        ["報告.pdf"],
        ["一.png", "二.png", "三.png"],
        [naoko.uploads("大.png", size=11 * 1024 * 1024)],
        [jun.uploads("他人の.png")],
    ):
        with pytest.raises(LookupError):
            naoko.fills(form, {"q": value})


def test_a_file_input_takes_a_scope(
    slack: Sandbox, web: WebClient, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    slack.grant(["commands"])
    naoko.runs("/project", "報告", channel)
    trigger = app.heard("slash_commands")[-1]["trigger_id"]
    view = {
        "type": "modal",
        "title": plain("報告"),
        "submit": plain("送る"),
        "blocks": [question(PHOTOS)],
    }
    answer = refusal(web, "views.open", trigger_id=trigger, view=view)
    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:read")
    assert error_of(web, "files.info", file="F1") == "missing_scope"


def test_files_the_app_may_not_see(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    own = naoko.uploads("自分の.png")
    elsewhere = slack.channel("別の課", members=[naoko])
    posted = naoko.posts(elsewhere, files=["別.png"]).files[0]
    here = naoko.posts(channel, files=["ここ.png", "報告.pdf"])
    shown, report = here.files
    for file_id in (own.id, posted.id, report.id, "F404"):
        answer = refusal(
            web, "chat.postMessage", channel=channel.id, text="写真", blocks=[picture(file_id)]
        )
        assert answer["error"] == "invalid_blocks"
        assert answer["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    assert web.chat_postMessage(channel=channel.id, text="写真", blocks=[picture(shown.id)])["ok"]
    assert web.files_info(file=shown.id)["file"]["is_public"] is True
    assert error_of(web, "files.info", file=posted.id) == "file_not_found"
    slack.invite_bot(elsewhere)
    assert web.files_info(file=posted.id)["file"]["channels"] == [elsewhere.id]


def test_a_picture_by_its_address(web: WebClient, channel: Channel, naoko: Person) -> None:
    shown = naoko.posts(channel, files=["ここ.png"]).files[0]
    address = web.files_info(file=shown.id)["file"]["permalink"]
    block = {"type": "image", "alt_text": "写真", "slack_file": {"url": address}}
    assert web.chat_postMessage(channel=channel.id, text="写真", blocks=[block])["ok"]
    both = {"type": "image", "alt_text": "写真", "slack_file": {"url": address, "id": shown.id}}
    arguments = {"channel": channel.id, "text": "写真", "blocks": [both]}
    assert error_of(web, "chat.postMessage", **arguments) == "invalid_blocks"
    without = {"type": "image", "alt_text": "写真"}
    arguments = {"channel": channel.id, "text": "写真", "blocks": [without]}
    assert error_of(web, "chat.postMessage", **arguments) == "invalid_blocks"


def test_a_view_shows_only_what_the_app_may_see(web: WebClient, naoko: Person) -> None:
    home = {"type": "home", "blocks": [picture(naoko.uploads("自分の.png").id)]}
    assert error_of(web, "views.publish", user_id=naoko.id, view=home) == "invalid_arguments"
