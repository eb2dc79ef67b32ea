"""The Home tab: https://docs.slack.dev/surfaces/app-home"""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from sandbox import Impossible, Person, Sandbox, View
from tests.sandbox.listening import ListeningApp, Payload, error_of, refusal
from tests.sandbox.test_installing import manifest


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


ROW: Payload = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "edit", "text": plain("編集"), "value": "7"},
        {
            "type": "static_select",
            "action_id": "language",
            "options": [{"text": plain("日本語"), "value": "ja"}],
        },
        {
            "type": "overflow",
            "action_id": "more",
            "options": [{"text": plain("休止"), "value": "pause"}],
        },
    ],
}
HOME: Payload = {"type": "home", "callback_id": "home", "blocks": [ROW]}
MODAL: Payload = {"type": "modal", "title": plain("編集"), "blocks": [{"type": "divider"}]}


def publish(web: WebClient, person: Person, hash: str | None = None) -> dict[str, str]:
    view = web.views_publish(user_id=person.id, view=HOME, hash=hash)["view"]
    assert isinstance(view, dict)
    return view


def home_of(person: Person) -> View:
    home = person.home
    assert home is not None
    return home


def test_opening_it_tells_the_app(
    slack: Sandbox, web: WebClient, app: ListeningApp, naoko: Person
) -> None:
    naoko.opens_home()
    naoko.opens_home("messages")
    published = publish(web, naoko)
    naoko.opens_home()
    slack.settle()
    first, messages, second = app.events_of("app_home_opened")
    assert (first["tab"], first["channel"]) == ("home", naoko.dm().id)
    assert "view" not in first
    assert messages["tab"] == "messages"
    assert isinstance(second["view"], dict)
    assert (second["view"]["id"], second["view"]["hash"]) == (published["id"], published["hash"])


def test_without_a_home_tab(slack: Sandbox, web: WebClient, naoko: Person) -> None:
    slack.install(manifest(["chat:write"], []))
    assert error_of(web, "views.publish", user_id=naoko.id, view=HOME) == "not_enabled"
    with pytest.raises(Impossible, match="no home tab"):
        naoko.opens_home()
    with pytest.raises(Impossible, match="no messages tab"):
        naoko.opens_home("messages")


def test_a_hash_guards_against_older_views(web: WebClient, naoko: Person) -> None:
    first = publish(web, naoko)
    second = publish(web, naoko, hash=first["hash"])
    assert second["id"] == first["id"]
    assert second["hash"] != first["hash"]
    arguments = {"user_id": naoko.id, "view": HOME, "hash": first["hash"]}
    assert error_of(web, "views.publish", **arguments) == "hash_conflict"


def test_a_hash_for_somebody_who_has_no_home_yet(web: WebClient, naoko: Person) -> None:
    arguments = {"user_id": naoko.id, "view": HOME, "hash": "1.a"}
    assert error_of(web, "views.publish", **arguments) == "hash_conflict"


def test_whose_home_there_is_not(slack: Sandbox, web: WebClient, jun: Person) -> None:
    outside = slack.person("商工会", external_team="商工会議所")
    jun.is_deactivated()
    for user in (outside.id, jun.id, "U404"):
        assert error_of(web, "views.publish", user_id=user, view=HOME) == "user_not_found"


def test_limits(web: WebClient, naoko: Person) -> None:
    many = HOME | {"blocks": [{"type": "divider"}] * 101}
    answer = refusal(web, "views.publish", user_id=naoko.id, view=many)
    assert answer["error"] == "invalid_arguments"
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "長" * 2900}}
    large = HOME | {"blocks": [long] * 30}
    assert error_of(web, "views.publish", user_id=naoko.id, view=large) == "view_too_large"
    titled = HOME | {"title": plain("ホーム")}
    assert error_of(web, "views.publish", user_id=naoko.id, view=titled) == "invalid_arguments"


def test_a_press_in_it(slack: Sandbox, web: WebClient, app: ListeningApp, naoko: Person) -> None:
    published = publish(web, naoko)
    assert naoko.presses(home_of(naoko), "edit").acked
    payload = app.heard("interactive")[-1]
    assert payload["container"] == {"type": "view", "view_id": published["id"]}
    view = payload["view"]
    assert isinstance(view, dict)
    assert (view["type"], view["hash"]) == ("home", published["hash"])
    assert not {"channel", "message", "response_url"} & set(payload)


def test_a_choice_stays_and_an_overflow_menu_keeps_nothing(
    web: WebClient, app: ListeningApp, naoko: Person
) -> None:
    publish(web, naoko)
    naoko.chooses(home_of(naoko), "language", "ja")
    naoko.chooses(home_of(naoko), "more", "pause")
    view = app.heard("interactive")[-1]["view"]
    assert isinstance(view, dict)
    assert list(view["state"]["values"]["row"]) == ["language"]
    assert view["state"]["values"]["row"]["language"]["selected_option"]["value"] == "ja"


def test_a_modal_opened_from_it(web: WebClient, app: ListeningApp, naoko: Person) -> None:
    publish(web, naoko)
    naoko.presses(home_of(naoko), "edit")
    trigger = str(app.heard("interactive")[-1]["trigger_id"])
    assert error_of(web, "views.push", trigger_id=trigger, view=MODAL) == "not_found"
    web.views_open(trigger_id=trigger, view=MODAL)
    assert naoko.modal is not None
    assert naoko.presses(home_of(naoko), "edit").acked


def test_an_update_by_view_id(web: WebClient, naoko: Person) -> None:
    published = publish(web, naoko)
    view_id = published["id"]
    web.views_update(view_id=view_id, hash=published["hash"], view=HOME | {"blocks": []})
    assert home_of(naoko).blocks == []
    assert error_of(web, "views.update", view_id=view_id, view=MODAL) == "invalid_arguments"


def test_nobody_else_acts_in_it(web: WebClient, naoko: Person, jun: Person) -> None:
    publish(web, naoko)
    with pytest.raises(Impossible):
        jun.presses(home_of(naoko), "edit")
