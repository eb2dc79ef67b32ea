"""What one person has of the app: Home, forms, messages, whispers, each at its own address."""

from __future__ import annotations

import pytest

from sandbox import views
from sandbox.json_types import JsonObject
from sandbox.objects import avatar_url
from sandbox.page.blocks import blocks_html
from sandbox.records import Persona, ViewRecord
from tests.page.test_page_blocks import NAMES, element, option, plain
from tests.page.test_page_site import City, as_person, city, page, visit

__all__ = ["city"]
EVIL = "<script>alert(1)</script>"


def form(callback_id: str, title: str = "進捗を書く") -> JsonObject:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("投稿する"),
        "blocks": [
            {
                "type": "input",
                "block_id": "did",
                "label": plain("やったこと"),
                "element": {"type": "plain_text_input", "action_id": "v", "multiline": True},
            },
            {
                "type": "input",
                "block_id": "photos",
                "label": plain("写真"),
                "element": {"type": "file_input", "action_id": "v", "max_files": 2},
            },
        ],
    }


def opened(city: City, callback_id: str) -> ViewRecord:
    """A form open before Yamamoto, half filled in and sent off once."""
    view = views.make_view(city.workspace, city.yamamoto.id, form(callback_id))
    views.push(city.workspace, view)
    view.state["did"]["v"]["value"] = "値札を試しました"
    files: list[JsonObject] = [{"id": "F1", "name": "直売所.jpg", "mimetype": "image/jpeg"}]
    view.state["photos"]["v"]["files"] = files
    view.errors = {"did": "もう少し書いてください"}
    return view


def test_everybody_stands_in_the_sidebar(city: City) -> None:
    html = page(city, "/")
    for person in (city.yamamoto, city.mayor):
        assert f'href="/person/{person.id}?as={person.id}"' in html
    assert f"/person/{city.workspace.bot.id}" not in html


def test_who_has_something_of_the_app_comes_first(city: City) -> None:
    for number in range(20):
        city.workspace.add_person(f"職員{number}")
    city.workspace.post(city.workspace.dm(city.mayor.id), city.workspace.bot, "こんにちは")
    html = page(city, "/")
    assert html.index(f"/person/{city.mayor.id}") < html.index(f"/person/{city.yamamoto.id}")
    assert "ほかの8人" in html


def test_a_person_has_one_page_for_all(city: City) -> None:
    workspace, person = city.workspace, city.yamamoto
    home: JsonObject = {"type": "home", "blocks": [{"type": "header", "text": plain("ようこそ")}]}
    workspace.homes[person.id] = views.make_view(workspace, person.id, home).id
    workspace.post(workspace.dm(person.id), workspace.bot, "市長がいいね!しました")
    workspace.whisper(city.channel, "あなたへ", person.id)
    workspace.whisper(city.channel, "ほかの人へ", city.mayor.id)
    opened(city, "progress")
    html = page(city, f"/person/{person.id}")
    for words in ("ようこそ", "市長がいいね!しました", "あなたへ", "進捗を書く", "開いています"):
        assert words in html
    assert "ほかの人へ" not in html
    for name in ("home", "dm", "modals", "whispers"):
        assert f'href="/{name}/{person.id}?as={person.id}"' in html


def test_own_pages_are_seen_with_their_owner_s_eyes(city: City) -> None:
    workspace, person = city.workspace, city.yamamoto
    dm = workspace.dm(person.id)
    workspace.post(dm, workspace.bot, "DMです")
    workspace.whisper(dm, "内緒です", person.id)
    own, other = visit(city, f"/dm/{person.id}", f"/dm/{person.id}{as_person(city.mayor)}")
    assert "内緒です" in own.text
    assert "内緒です" not in other.text
    assert "DMです" in other.text


def test_whispers_say_where_they_were(city: City) -> None:
    assert "ありません" in page(city, f"/whispers/{city.mayor.id}")
    city.workspace.whisper(city.channel, "数えました", city.mayor.id, thread_ts=city.post.ts)
    html = page(city, f"/whispers/{city.mayor.id}")
    assert "数えました" in html
    assert f'href="/thread/{city.channel.id}/{city.post.ts}?as={city.mayor.id}' in html


def test_an_open_form_by_its_person_and_by_its_id(city: City) -> None:
    view = opened(city, "progress")
    for address in (view.id, city.yamamoto.id, f"{city.yamamoto.id}/progress"):
        html = page(city, f"/modal/{address}")
        assert "進捗を書く" in html
        assert '<div class="field tall">値札を試しました</div>' in html
        assert "もう少し書いてください" in html
        assert "直売所.jpg" in html
        assert "閉じています" not in html


def test_a_closed_form_is_shown_as_it_looked_last(city: City) -> None:
    view = opened(city, "progress")
    views.close_all(city.workspace, city.yamamoto.id)
    for address in (view.id, f"{city.yamamoto.id}/progress"):
        html = page(city, f"/modal/{address}")
        assert "値札を試しました" in html
        assert "この画面は閉じています" in html
    assert "いま開いている画面はありません" in page(city, f"/modal/{city.yamamoto.id}")
    listed = page(city, f"/modals/{city.yamamoto.id}")
    assert "閉じました" in listed
    assert f'href="/modal/{city.yamamoto.id}/progress?as={city.yamamoto.id}"' in listed


def test_each_form_of_the_past_is_kept_once(city: City) -> None:
    view = opened(city, "progress")
    views.replace_view(city.workspace, view, form("progress_done", "できました"))
    views.close_all(city.workspace, city.yamamoto.id)
    opened(city, "progress")
    views.close_all(city.workspace, city.yamamoto.id)
    html = page(city, f"/modals/{city.yamamoto.id}")
    assert html.count(">progress</span>") == 1
    assert html.index(">progress</span>") < html.index(">progress_done</span>")
    assert "できました" in page(city, f"/modal/{city.yamamoto.id}/progress_done")


def test_a_name_that_is_no_address(city: City) -> None:
    opened(city, f"a/b?{EVIL}")
    html = page(city, f"/modals/{city.yamamoto.id}")
    assert EVIL not in html
    views.close_all(city.workspace, city.yamamoto.id)
    assert "%2F" in page(city, f"/modals/{city.yamamoto.id}")


@pytest.mark.parametrize(
    "path", ["/person/U404", "/whispers/U404", "/modals/U404", "/modal/V404", "/modal/U404/x"]
)
def test_who_is_not_there(city: City, path: str) -> None:
    assert visit(city, path)[0].status == 404


def test_a_form_that_was_never_opened(city: City) -> None:
    answer = visit(city, f"/modal/{city.mayor.id}/progress")[0]
    assert answer.status == 404
    assert "そのフォームを開いていません" in answer.text


def test_switching_keeps_the_kind_of_page(city: City) -> None:
    user = city.mayor.id
    for name in ("person", "modals", "whispers", "home", "dm"):
        answer = visit(city, f"/as?user={user}&to={name}")[0]
        assert answer.path == f"/{name}/{user}?as={user}"


def test_a_post_under_another_name(city: City) -> None:
    workspace = city.workspace
    picture = avatar_url(city.mayor.id, 72)
    workspace.post(
        city.channel, workspace.bot, "書きました", persona=Persona("市長より", icon_url=picture)
    )
    workspace.post(
        city.channel, workspace.bot, "絵文字で", persona=Persona("祝い", icon_emoji=":tada:")
    )
    html = page(city, f"/channel/{city.channel.id}")
    assert '<span class="author">市長より</span><span class="badge">アプリ</span>' in html
    assert 'title="高橋 誠" aria-hidden="true">高</div>' in html
    assert 'title="祝い" aria-hidden="true"><span class="emoji" title=":tada:">' in html


def test_choices_in_a_message_are_the_viewer_s(city: City) -> None:
    row: JsonObject = {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "static_select", "action_id": "s", "options": [option("実証", "trial")]}
        ],
    }
    message = city.workspace.post(city.channel, city.workspace.bot, "カード", blocks=[row])
    chosen: JsonObject = {"type": "static_select", "selected_option": option("実証", "trial")}
    message.choices = {city.mayor.id: {"row": {"s": chosen}}}
    path = f"/channel/{city.channel.id}"
    mine, other = visit(city, path + as_person(city.mayor), path + as_person(city.yamamoto))
    assert '<span class="value">実証</span>' in mine.text
    assert '<span class="value">実証</span>' not in other.text


def test_menus_open(city: City) -> None:
    html = element({"type": "overflow", "options": [option("休止"), option("引き継ぐ")]})
    assert html.startswith('<details class="opens at-end">')
    assert '<ul class="options"><li>休止</li><li>引き継ぐ</li></ul>' in html
    grouped = [{"label": plain("組"), "options": [option("実証")]}]
    assert "<li>実証</li>" in element({"type": "static_select", "option_groups": grouped})


def test_a_question_before_an_action() -> None:
    confirm = {
        "title": plain("取り下げますか"),
        "text": plain("この投稿を消します。"),
        "confirm": plain("取り下げる"),
        "deny": plain("やめる"),
    }
    html = element({"type": "button", "text": plain("取り下げ"), "confirm": confirm})
    asked = "確認: 取り下げますか\nこの投稿を消します。\n[やめる] [取り下げる]"
    assert f'title="{asked}"' in html


def test_pictures_of_people_and_files() -> None:
    person = {"type": "image", "image_url": avatar_url("U1", 48), "alt_text": "山本"}
    photo = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": EVIL}
    html = blocks_html([{"type": "context", "elements": [person]}, photo], NAMES)
    assert 'class="context-image face colour-' in html
    assert ">山</div>" in html
    assert '<svg class="picture scenery"' in html
    assert EVIL not in html


def test_what_a_file_input_takes() -> None:
    taken = {"type": "file_input", "filetypes": ["jpg", "png"], "max_files": 3}
    html = blocks_html([{"type": "input", "label": plain("写真"), "element": taken}], NAMES)
    assert "ファイルを追加" in html
    assert "3件まで (jpg、png)" in html
    full = taken | {"max_files": 1, "files": [{"name": "一.jpg", "mimetype": "image/jpeg"}]}
    html = blocks_html([{"type": "input", "label": plain("写真"), "element": full}], NAMES)
    assert "ファイルを追加" not in html
