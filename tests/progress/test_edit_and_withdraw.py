"""What its author can do with a post that was written with the form, and nobody else."""

from __future__ import annotations

import pytest

from sandbox import Message, Person, View
from tests.progress.conftest import Town

MENU = "progress_menu"


def does(town: Town, person: Person, post: Message, what: str) -> View:
    """Choose in the menu under a post, and wait for the form."""
    invocation = person.chooses(post, MENU, f"{what}:{town.drafts()[-1].id}")
    assert invocation.acked, invocation.error
    return town.form(person)


def test_the_edit_form_has_everything_filled_in_and_keeps_versions(town: Town) -> None:
    photos = [town.hanako.uploads(name) for name in ("一枚目.png", "二枚目.png")]
    post = town.posts(
        town.hanako, done="受付を<試した>", found="早い", next="広げる", help="人手", photos=photos
    )
    view = does(town, town.hanako, post, "edit")
    assert {
        field: view.state[field]["value"]["value"] for field in ("done", "found", "next", "help")
    } == {"done": "受付を<試した>", "found": "早い", "next": "広げる", "help": "人手"}
    added = town.hanako.uploads("三枚目.png")
    result = town.sends(
        town.hanako, view, done="受付を試しました", help=None, kept=[photos[1].id], photos=[added]
    )
    assert result.errors == {}
    assert result.closed
    assert "受付を試しました" in post.words
    assert "困りごと" not in post.words
    assert "（編集済み）" in post.words
    assert town.photos_in(post) == [photos[1].id, added.id]
    first, second = town.versions(post)
    assert first.text.startswith("受付を&lt;試した&gt;\n")
    assert second.text == "受付を試しました\n【わかったこと・成果】早い\n【次の一歩】広げる"
    row = town.row(post)
    assert (row.edited_ts, row.counted, row.asks_help) == (second.edited_ts, True, False)


def test_a_long_post_can_be_edited(town: Town) -> None:
    words = "避難所の受付を試しました。" * 200
    post = town.posts(town.hanako, done="受付", found=words, next=words)
    view = does(town, town.hanako, post, "edit")
    assert town.sends(town.hanako, view, done="受付の訓練").errors == {}
    assert "受付の訓練" in post.words
    assert str(post.blocks).count("避難所") == 400
    expected = f"受付の訓練\n【わかったこと・成果】{words}\n【次の一歩】{words}"
    assert [version.text for version in town.versions(post)][1:] == [expected]


def test_nothing_changed_is_no_new_version(town: Town) -> None:
    post = town.posts(town.hanako, done="受付を試しました")
    view = does(town, town.hanako, post, "edit")
    assert town.sends(town.hanako, view).errors == {}
    assert len(town.versions(post)) == 1
    assert "編集済み" not in post.words


def test_two_edits_in_the_same_moment_are_two_versions(town: Town) -> None:
    post = town.posts(town.hanako, done="ひとつ目")
    for words in ("ふたつ目", "みっつ目"):
        view = does(town, town.hanako, post, "edit")
        assert town.sends(town.hanako, view, done=words).errors == {}
    assert [version.text for version in town.versions(post)] == ["ひとつ目", "ふたつ目", "みっつ目"]
    assert "みっつ目" in post.words


def test_what_is_wrong_with_an_edit_stands_at_its_field(town: Town) -> None:
    post = town.posts(town.hanako, done="受付を試しました")
    view = does(town, town.hanako, post, "edit")
    errors = town.sends(town.hanako, view, done=" ", next="つぎ").errors
    assert errors == {"done": "やったことを、ひとことでも書いてください。"}
    town.asks(town.hanako, "終了")
    errors = town.sends(town.hanako, view, done="直しました").errors
    assert "終了したか" in errors["done"]
    assert len(town.versions(post)) == 1


@pytest.mark.parametrize("what", ["edit", "withdraw"])
def test_nobody_else_may_not_even_the_lead_or_a_coordinator(town: Town, what: str) -> None:
    post = town.posts(town.guest, done="現地を見ました")
    draft_id = town.drafts()[-1].id
    for person in (town.hanako, town.admin, town.mayor):
        invocation = person.chooses(post, MENU, f"{what}:{draft_id}")
        answer = town.answer(invocation)
        assert f"書いた方（<@{town.guest.id}>）だけです" in answer.text
        assert person.modal is None
    assert town.row(post).deleted_ts is None


def test_withdrawn_it_leaves_the_channel_and_its_words_are_gone(town: Town) -> None:
    post = town.posts(town.hanako, done="取り消したい言葉", help="助けて")
    town.mayor.reacts(post, "tada")
    town.settled()
    view = does(town, town.hanako, post, "withdraw")
    assert "元には戻せません" in view.words
    result = town.sends(town.hanako, view)
    assert result.closed
    assert post.deleted
    row = town.row(post)
    assert (row.counted, row.asks_help, row.author_name) == (False, False, None)
    assert row.deleted_ts is not None
    assert town.versions(post) == []
    assert all(draft.fields is None for draft in town.drafts())


def test_withdrawing_goes_on_after_the_project_was_closed(town: Town) -> None:
    post = town.posts(town.hanako, done="受付を試しました")
    town.asks(town.hanako, "終了")
    view = does(town, town.hanako, post, "withdraw")
    assert town.sends(town.hanako, view).closed
    assert post.deleted
    assert town.versions(post) == []


def test_a_form_that_is_open_while_the_post_is_withdrawn(town: Town) -> None:
    post = town.posts(town.hanako, done="受付を試しました")
    edit = does(town, town.hanako, post, "edit")
    town.admin.deletes(post)
    town.settled()
    errors = town.sends(town.hanako, edit, done="直しました").errors
    assert "もうありません" in errors["done"]
    assert town.versions(post) == []


def test_deleted_in_slack_its_words_go_as_well(town: Town) -> None:
    post = town.posts(town.hanako, done="消される言葉")
    town.ken.replies(post, "見ました")
    town.settled()
    town.admin.deletes(post)
    town.settled()
    assert town.versions(post) == []
    assert town.row(post).deleted_ts is not None


@pytest.mark.parametrize(
    "value",
    ["edit:99999", "withdraw:99999", "edit:", "erase:1", "edit:1e3", "edit:１", "", "x" * 75],
)
def test_forged_values_get_a_polite_sentence(town: Town, value: str) -> None:
    post = town.posts(town.hanako, done="受付を試しました")
    [menu] = [block["accessory"] for block in post.record.blocks if "accessory" in block]
    assert isinstance(menu, dict)
    menu["options"].append({"text": {"type": "plain_text", "text": "?"}, "value": value})
    answer = town.answer(town.hanako.chooses(post, MENU, value))
    assert "もうありません" in answer.text
    assert town.hanako.modal is None


def test_a_post_that_was_left_out_stays_in_the_channel_and_can_only_be_withdrawn(
    town: Town,
) -> None:
    post = town.posts(town.hanako, done="記録しなくてよい言葉", help="助けて")
    words = post.words
    town.answer(town.hanako.shortcut("leave_out_message", post))
    assert town.versions(post) == []
    assert post.words == words
    answer = town.answer(town.hanako.chooses(post, MENU, f"edit:{town.drafts()[-1].id}"))
    assert "記録から外してあるので" in answer.text
    assert "記録しました" in town.answer(town.hanako.shortcut("record_message", post)).text
    row = town.row(post)
    assert (row.user_id, row.counted) == (town.hanako.id, True)
    [version] = town.versions(post)
    assert version.text == "記録しなくてよい言葉\n【困りごと】助けて"
    view = does(town, town.hanako, post, "withdraw")
    assert town.sends(town.hanako, view).closed
    assert post.deleted


def test_in_english(town: Town) -> None:
    post = town.posts(town.ken, done="Tried the desk")
    view = does(town, town.ken, post, "edit")
    assert "Edit progress" in view.words
    assert town.sends(town.ken, view, done="").errors == {
        "done": "Please complete this required field."
    }
    town.ken.closes()
    view = does(town, town.ken, post, "withdraw")
    assert "This can't be undone." in view.words
    town.ken.closes()
    answer = town.answer(town.hanako.chooses(post, MENU, f"edit:{town.drafts()[-1].id}"))
    assert "だけです" in answer.text
