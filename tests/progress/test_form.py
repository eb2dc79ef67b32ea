"""Writing progress with the form: `/progress`, the shortcut, and what stands in the channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.written import FIELD_LENGTH, PHOTOS_AT_MOST
from handlers.people import actor_for
from handlers.progress import open_form
from sandbox import Channel, View
from tests.progress.conftest import Town


def options(view: View) -> list[str]:
    """The projects that the form offers."""
    [block] = [one for one in view.blocks if one.get("block_id") == "project"]
    element = block["element"]
    assert isinstance(element, dict)
    return [option["text"]["text"] for option in element["options"]]


def chosen(view: View) -> str:
    """The channel of the project that is chosen."""
    option = view.state["project"]["value"]["selected_option"]
    return option["value"] if isinstance(option, dict) else ""


def refused_so_often(town: Town, times: int) -> None:
    """Wait until Slack has refused blocks so many times."""
    town.slack.until(
        lambda: [call for call in town.slack.calls if call.error == "invalid_blocks"][times - 1 :],
        what=f"refusal {times}",
    )


def test_the_command_opens_the_form_and_the_post_stands_under_the_authors_name(town: Town) -> None:
    view = town.opens(town.hanako, "受付を試しました")
    assert "進捗を投稿" in view.words
    assert (options(view), chosen(view)) == (["防災DX"], town.bosai.id)
    result = town.sends(
        town.hanako, view, found="3分が20秒になりました。", next="来月、全避難所で。"
    )
    assert result.errors == {}
    assert result.closed
    post = town.said(town.bosai)[-1]
    assert post.record.persona is not None
    assert post.record.persona.username == "山田花子"
    assert post.record.persona.icon_url.startswith("https://")
    assert post.text == (
        "受付を試しました\n【わかったこと・成果】3分が20秒になりました。\n【次の一歩】来月、全避難所で。"
    )
    row = town.row(post)
    assert (row.user_id, row.counted, row.author_department) == (town.hanako.id, True, "防災課")
    [version] = town.versions(post)
    assert version.text == post.text
    assert version.fields is not None
    assert version.fields["found"] == "3分が20秒になりました。"
    assert "memo" in post.reactions
    [draft] = town.drafts()
    assert (draft.fields, draft.ts) == (None, post.ts)


def test_help_and_english(town: Town) -> None:
    assert "入力画面が開きます" in town.asks(town.hanako, "ヘルプ", "/progress").text
    assert "Opens the form" in town.asks(town.ken, "help", "/progress").text
    view = town.opens(town.ken)
    assert "What we did" in view.words
    assert "notifies nobody" in view.words


def test_it_counts_for_its_author_where_only_marked_posts_count(town: Town) -> None:
    town.hanako.runs("/project", "編集", town.bosai)
    view = town.form(town.hanako, "記録する投稿")
    assert town.sends(town.hanako, view, capture="marked").errors == {}
    town.hanako.closes()
    post = town.posts(town.hanako, done="避難所の受付を試しました")
    assert town.row(post).counted
    plain = town.hanako.posts(town.bosai, "印のない投稿")
    town.settled()
    assert not town.row(plain).counted


def test_the_shortcut_offers_the_projects_whose_channels_the_person_is_in(town: Town) -> None:
    town.ken.shortcut("progress_form")
    view = town.form(town.ken, "What we did")
    assert options(view) == ["こどもDX", "防災DX"]
    assert town.ken.submits(view).errors.keys() == {"project", "done"}
    result = town.sends(town.ken, view, project=town.kodomo.id, done="Tried the new form")
    assert result.errors == {}
    assert "Posting it in" in town.form(town.ken, "Posting it").words
    assert town.said(town.kodomo)[-1].text == "Tried the new form"
    town.taro.shortcut("progress_form")
    assert options(town.form(town.taro, "やったこと")) == ["こどもDX"]


def test_elsewhere_the_command_asks_for_the_project(town: Town) -> None:
    view = town.opens(town.hanako, "受付を試しました", town.lounge)
    assert options(view) == ["防災DX"]
    assert view.state["done"]["value"]["value"] == "受付を試しました"


def test_whoever_is_in_no_projects_channel_is_told_what_to_do(town: Town) -> None:
    stranger = town.slack.person("新人さん")
    town.lounge.invites(stranger)
    stranger.shortcut("progress_form")
    assert "投稿できるプロジェクトが見つかりません" in town.form(stranger, "見つかりません").words
    stranger.closes()
    stranger.runs("/progress", "", town.lounge)
    town.form(stranger, "見つかりません")


def test_guests_post_where_they_are(town: Town) -> None:
    post = town.posts(town.guest, done="現地を見てきました")
    assert town.row(post).user_id == town.guest.id
    assert town.row(post).counted


def test_from_elsewhere_the_channel_is_chosen_if_the_person_is_in_it(town: Town) -> None:
    def opened_for(channel: Channel) -> View:
        actor = actor_for(town.deps, town.slack.team_id, town.ken.id)
        trigger = town.slack.interactions.new_trigger(town.ken.id)
        open_form(town.deps, actor, channel_id=channel.id, trigger_id=trigger)
        return town.form(town.ken, "What we did")

    assert chosen(opened_for(town.bosai)) == town.bosai.id
    town.ken.closes()
    assert chosen(opened_for(town.lounge)) == ""


def test_what_is_typed_notifies_nobody_and_addresses_are_links(town: Town) -> None:
    post = town.posts(
        town.hanako,
        done=f"<!channel> @here <@{town.mayor.id}> 完了 <b>&",
        found="https://example.com/a?b=1&c=2。とても良い",
    )
    assert post.notifies == frozenset()
    assert "&lt;!channel&gt;" in post.text
    assert "<https://example.com/a?b=1&amp;c=2>。とても良い" in post.text
    assert f"<@{town.mayor.id}>" not in str(post.blocks)


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(town: Town) -> None:
    view = town.opens(town.hanako)
    result = town.sends(town.hanako, view, done="　 \n", found="大事なこと")
    assert result.errors == {"done": "やったことを、ひとことでも書いてください。"}
    assert not result.closed
    assert view.state["found"]["value"]["value"] == "大事なこと"
    town.hanako.fills(view, {"done": "&" * FIELD_LENGTH, "found": "た" * 10})
    errors = town.hanako.submits(view).errors
    assert set(errors) == {"done"}
    assert "全部合わせて12,000文字まで" in errors["done"]
    assert town.drafts() == []
    result = town.sends(town.hanako, view, done="直しました")
    assert result.errors == {}
    assert town.said(town.bosai)[-1].text == "直しました\n【わかったこと・成果】" + "た" * 10


def test_a_project_that_was_closed_meanwhile(town: Town) -> None:
    view = town.opens(town.hanako)
    town.asks(town.hanako, "終了")
    errors = town.sends(town.hanako, view, done="書きました").errors
    assert list(errors) == ["project"]
    assert "終了したか" in errors["project"]


def test_a_channel_that_was_archived_meanwhile(town: Town) -> None:
    view = town.opens(town.hanako)
    town.bosai.archives()
    town.settled()
    errors = town.sends(town.hanako, view, done="書きました").errors
    assert "アーカイブ" in errors["project"]
    town.bosai.unarchives()
    town.settled()
    assert town.sends(town.hanako, view, done="書きました").errors == {}


def test_a_channel_from_which_the_bot_was_removed(town: Town) -> None:
    view = town.opens(town.hanako)
    town.bosai.removes(town.slack.bot)
    town.settled()
    errors = town.sends(town.hanako, view, done="書きました").errors
    assert "/invite を使って" in errors["project"]
    assert town.drafts() == []


def test_nobody_posts_where_they_are_not_a_member(town: Town) -> None:
    """A private channel above all; the form may have been open since before they left."""
    town.ken.shortcut("progress_form")
    view = town.form(town.ken, "What we did")
    town.kodomo.removes(town.ken)
    town.settled()
    errors = town.sends(town.ken, view, project=town.kodomo.id, done="Let me in").errors
    assert "You are not in this project's channel" in errors["project"]
    assert town.drafts() == []


def test_slack_in_trouble_loses_nothing(town: Town) -> None:
    view = town.opens(town.hanako)
    town.slack.faults.add("http_error", method="conversations.members", status=500)
    errors = town.sends(town.hanako, view, done="書きました").errors
    assert "Slackから返事がありませんでした" in errors["project"]
    assert town.sends(town.hanako, view).errors == {}
    assert town.said(town.bosai)[-1].text == "書きました"


def test_a_form_that_can_not_find_out_where_says_so(town: Town) -> None:
    town.slack.faults.add("http_error", method="users.conversations", status=500)
    town.hanako.shortcut("progress_form")
    town.form(town.hanako, "Slackから返事がありませんでした")


def test_sent_twice_it_is_one_post_in_its_latest_words(town: Town) -> None:
    """Slack shows an error if the answer is late, and the person sends the form again."""
    view = town.opens(town.hanako)
    town.slack.faults.add("swallow_ack", method="interactive")
    town.hanako.fills(view, {"done": "ひとつ目"})
    town.hanako.submits(view)
    town.settled()
    assert town.hanako.modal is not None, "the form stays where its answer did not arrive"
    assert town.sends(town.hanako, view, done="直した言葉").errors == {}
    posts = [post for post in town.said(town.bosai) if post.record.persona]
    assert len(posts) == 1
    assert len(town.drafts()) == 1
    assert posts[0].text == "直した言葉"


def test_photos_stand_in_the_post(town: Town) -> None:
    view = town.opens(town.hanako)
    photos = [town.hanako.uploads(name) for name in ("受付.jpg", "避難所.PNG")]
    assert town.sends(town.hanako, view, done="写真です", photos=photos).errors == {}
    post = town.said(town.bosai)[-1]
    assert town.photos_in(post) == [photo.id for photo in photos]
    assert "写真：受付.jpg" in str(post.blocks)
    [version] = town.versions(post)
    assert [file["name"] for file in version.files] == ["受付.jpg", "避難所.PNG"]


@pytest.mark.parametrize("name", ["資料.pdf", "動画.mp4", "名前"])
def test_what_is_no_photo_is_said_at_the_field(town: Town, name: str) -> None:
    view = town.opens(town.hanako)
    town.hanako.fills(view, {"done": "写真です", "photos": [town.hanako.uploads("a.png")]})
    held = view.record.state["photos"]["value"]["files"]
    assert isinstance(held, list)
    held[0]["name"] = name  # Slack's own check is for convenience only
    held[0]["mimetype"] = "" if name == "名前" else "application/x-unknown"
    errors = town.sends(town.hanako, view).errors
    assert list(errors) == ["photos"]
    assert name in errors["photos"]


def test_photos_that_slack_does_not_take_do_not_keep_the_words_back(town: Town) -> None:
    view = town.opens(town.hanako)
    photo = town.hanako.uploads("受付.jpg")
    town.slack.faults.add("error", method="chat.postMessage", times=3, code="invalid_blocks")
    assert town.sends(town.hanako, view, done="写真です", photos=[photo]).errors == {}
    for attempt in (1, 2, 3):
        refused_so_often(town, attempt)
        town.settled()
        town.clock.advance(timedelta(minutes=1))
    post = town.slack.until(
        lambda: [m for m in town.said(town.bosai) if m.record.persona], what="the post"
    )[0]
    assert "受付.jpg（写真を表示できませんでした）" in post.words
    assert town.row(post).counted


def test_too_many_photos(town: Town) -> None:
    post = town.posts(
        town.hanako,
        done="写真です",
        photos=[town.hanako.uploads(f"{n}.png") for n in range(PHOTOS_AT_MOST)],
    )
    town.hanako.chooses(post, "progress_menu", f"edit:{town.drafts()[0].id}")
    view = town.form(town.hanako, "残す写真")
    errors = town.sends(town.hanako, view, photos=[town.hanako.uploads("もう1枚.png")]).errors
    assert errors == {"photos": "写真は5枚までにしてください（いまは6枚です）。"}


def test_what_can_not_be_posted_comes_back_to_its_author(town: Town) -> None:
    view = town.opens(town.hanako)
    town.slack.faults.add("error", method="chat.postMessage", code="is_archived")
    assert town.sends(town.hanako, view, done="大事な言葉", next="次も大事").errors == {}
    [letter] = town.slack.until(lambda: town.hanako.dm().messages, what="the words, given back")
    assert "進捗を投稿できませんでした" in letter.words
    assert "大事な言葉" in letter.words
    assert "次も大事" in letter.words
    town.settled()
    [draft] = town.drafts()
    assert draft.fields is None
    assert [post for post in town.said(town.bosai) if post.record.persona] == []


def test_a_project_that_is_closed_on_the_way_gives_the_words_back(town: Town) -> None:
    town.slack.faults.add("ratelimited", method="chat.postMessage", retry_after=60)
    view = town.opens(town.hanako)
    assert town.sends(town.hanako, view, done="大事な言葉").errors == {}
    town.asks(town.hanako, "終了")
    town.clock.advance(timedelta(minutes=2))
    letters = town.slack.until(
        lambda: [m for m in town.hanako.dm().messages if "大事な言葉" in m.words],
        what="the words, given back",
    )
    assert len(letters) == 1
    assert [post for post in town.said(town.bosai) if post.record.persona] == []
