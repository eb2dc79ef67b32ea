"""力を貸してほしいこと: asked with the form or with 🆘, shown in the digest, and resolved."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core import help_wanted
from bot.views.recognition import post_value
from sandbox import Message, Person
from tests.conftest import JST
from tests.progress.conftest import Town

FRIDAY = datetime(2026, 4, 10, 16, 0, tzinfo=JST)
RESOLVE, RESOLVE_IN_DIGEST = "progress_help_resolved", "help_wanted_resolve"


def is_open(town: Town, post: Message) -> bool:
    """Whether the post asks for help and nobody has resolved it."""
    row = town.row(post)
    return row.asks_help and row.help_resolved_at is None


def digest(town: Town, on: datetime = FRIDAY) -> Message:
    """Have the digest come to the mayor's direct messages, and wait for it."""
    town.asks(town.admin, f"送り先 @{town.mayor.name}", "/digest")
    town.clock.move_to(on)
    found = town.slack.until(
        lambda: [m for m in town.mayor.dm().messages if "週次ダイジェスト" in m.text],
        what="a digest",
    )
    town.settled()
    return found[-1]


def resolves(town: Town, person: Person, message: Message, post: Message | None = None) -> str:
    """Press 解決しました under the post, or in a digest for this post."""
    if post is None:
        invocation = person.presses(message, RESOLVE)
    else:
        value = post_value(post.channel.id, post.ts)
        invocation = person.presses(message, RESOLVE_IN_DIGEST, value=value)
    return town.answer(invocation).text


def test_what_is_written_as_trouble_asks_until_its_author_resolves_it(town: Town) -> None:
    post = town.posts(town.ken, done="受付を試しました", help="タブレットが足りません")
    assert is_open(town, post)
    assert "🆘 *困りごと*\nタブレットが足りません" in post.words
    assert "Marked as resolved" in resolves(town, town.ken, post)
    row = town.row(post)
    assert (row.asks_help, row.help_resolved_by) == (True, town.ken.id)
    assert "✅ *困りごと（解決しました）*" in post.words
    assert RESOLVE not in str(post.blocks)


def test_who_may_resolve_it(town: Town) -> None:
    post = town.posts(town.ken, done="受付を試しました", help="タブレットが足りません")
    for person in (town.mayor, town.guest):
        assert resolves(town, person, post) == (
            f"「解決しました」にできるのは、書いた方とリーダー（<@{town.hanako.id}>）、"
            "事務局、ワークスペースの管理者です。"
        )
    assert is_open(town, post)
    assert "「解決しました」にしました" in resolves(town, town.hanako, post)
    assert not is_open(town, post)


def test_the_authors_sos_asks_and_asks_anew_after_it_was_resolved(town: Town) -> None:
    post = town.ken.posts(town.bosai, "誰か手伝ってください")
    town.hanako.reacts(post, "sos")
    town.settled()
    assert not is_open(town, post)
    town.ken.reacts(post, "sos")
    town.settled()
    assert is_open(town, post)
    message = digest(town)
    assert "力を貸してほしいこと* 1件" in message.words
    town.asks(town.admin, f"事務局 追加 @{town.mayor.name}", "/office")
    resolves(town, town.mayor, message, post)
    assert not is_open(town, post)
    town.clock.advance(timedelta(hours=1))
    town.ken.unreacts(post, "sos")
    town.settled()
    assert not town.row(post).asks_help
    town.ken.reacts(post, "sos")
    town.settled()
    assert is_open(town, post)


def test_an_edit_of_other_words_does_not_open_it_again_but_new_trouble_does(town: Town) -> None:
    post = town.posts(town.ken, done="受付を試しました", help="タブレットが足りません")
    resolves(town, town.ken, post)
    for fields, opens in (({"done": "直しました"}, False), ({"help": "電源も足りません"}, True)):
        town.clock.advance(timedelta(minutes=1))
        town.ken.chooses(post, "progress_menu", f"edit:{town.drafts()[-1].id}")
        view = town.form(town.ken, "Edit progress")
        assert town.sends(town.ken, view, **fields).errors == {}
        assert is_open(town, post) is opens
    assert "🆘 *困りごと*\n電源も足りません" in post.words


def test_the_digest_shows_it_until_it_is_resolved_there(town: Town) -> None:
    post = town.posts(town.ken, done="受付を試しました", help="タブレットが<足りません>")
    other = town.ken.posts(town.bosai, "人手がほしいです")
    town.ken.reacts(other, "sos")
    town.settled()
    message = digest(town)
    words = message.words
    assert "*🙋 力を貸してほしいこと* 2件" in words
    assert ">タブレットが&lt;足りません&gt;" in str(message.blocks)
    assert ">人手がほしいです" in words
    assert "Ken" not in words.split("力を貸してほしいこと")[1].split("首長の反応がまだない")[0]
    assert message.notifies == frozenset()
    refused = resolves(town, town.mayor, message, post)
    assert refused.startswith("「解決しました」にできるのは")
    town.asks(town.admin, f"事務局 追加 @{town.mayor.name}", "/office")
    assert "「解決しました」にしました" in resolves(town, town.mayor, message, post)
    town.clock.advance(timedelta(seconds=10))
    town.slack.until(lambda: "✅ 解決しました" in message.words, what="the digest, renewed")
    assert "*🙋 力を貸してほしいこと* 1件" in message.words
    assert ">タブレットが&lt;足りません&gt;" in str(message.blocks)
    resolves(town, town.mayor, message, other)
    town.clock.advance(timedelta(seconds=10))
    town.slack.until(lambda: "すべて解決しました" in message.words, what="all resolved")


def test_the_next_digest_shows_what_is_still_open(town: Town) -> None:
    post = town.posts(town.ken, done="受付を試しました", help="タブレットが足りません")
    digest(town)
    town.clock.move_to(FRIDAY + timedelta(days=7))
    found = town.slack.until(
        lambda: [m for m in town.mayor.dm().messages if "週次ダイジェスト" in m.text][1:],
        what="the next digest",
    )
    town.settled()
    assert "タブレットが足りません" in found[0].words
    resolves(town, town.ken, post)
    town.clock.move_to(FRIDAY + timedelta(days=14))
    found = town.slack.until(
        lambda: [m for m in town.mayor.dm().messages if "週次ダイジェスト" in m.text][2:],
        what="the third digest",
    )
    town.settled()
    assert "力を貸してほしいこと" not in found[0].words


def test_withdrawn_or_left_out_it_asks_no_more(town: Town) -> None:
    withdrawn = town.posts(town.ken, done="受付を試しました", help="足りません")
    left_out = town.posts(town.ken, done="受付を試しました", help="これも")
    message = digest(town)
    assert "*🙋 力を貸してほしいこと* 2件" in message.words
    town.ken.chooses(withdrawn, "progress_menu", f"withdraw:{town.drafts()[0].id}")
    assert town.sends(town.ken, town.form(town.ken, "Withdraw")).closed
    town.answer(town.ken.shortcut("leave_out_message", left_out))
    town.clock.advance(timedelta(seconds=10))
    town.slack.until(
        lambda: "力を貸してほしいこと" not in message.words, what="the digest, without them"
    )
    answer = town.answer(
        town.mayor.presses(left_out, RESOLVE)  # its words stay in the channel, with the button
    )
    assert "いま力を貸してほしいことはありません" in answer.text


def test_forged_buttons(town: Town) -> None:
    post = town.posts(town.ken, done="受付を試しました", help="足りません")
    message = digest(town)
    for value in ("C0:1", "", "nonsense", f"{town.lounge.id}:1700000000.000100"):
        forge(message, RESOLVE_IN_DIGEST, value)
        answer = town.answer(town.mayor.presses(message, RESOLVE_IN_DIGEST, value=value))
        assert "いま力を貸してほしいことはありません" in answer.text
    for value in ("0", "99999", "1;", "-1"):
        forge(post, RESOLVE, value)
        answer = town.answer(town.mayor.presses(post, RESOLVE, value=value))
        assert "もうありません" in answer.text
    assert is_open(town, post)


def test_resolving_twice(town: Town) -> None:
    post = town.posts(town.ken, done="受付を試しました", help="足りません")
    old = post.blocks
    resolves(town, town.ken, post)
    post.record.blocks[:] = old  # as somebody sees it whose Slack is a moment behind
    assert "解決しています" in resolves(town, town.hanako, post)
    with town.deps.database.read() as session:
        assert help_wanted.count_open(session, town.slack.team_id) == 0


def forge(message: Message, action_id: str, value: str) -> None:
    """Let a button carry something else."""
    for block in message.record.blocks:
        elements = block.get("elements")
        for element in [block.get("accessory"), *(elements if isinstance(elements, list) else [])]:
            if isinstance(element, dict) and element.get("action_id") == action_id:
                element["value"] = value
