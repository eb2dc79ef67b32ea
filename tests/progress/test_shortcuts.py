"""進捗として記録, 記録から外す, なぜ数えられた？ on messages of every kind."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from models.database import Database
from models.message import Decision, MessageVersion
from models.project import Capture, Project
from sandbox import Message, Person
from tests.progress.conftest import Town

RECORD, LEAVE_OUT, WHY = "record_message", "leave_out_message", "why_counted"


def marked_only(town: Town) -> None:
    """From now on, 防災DX counts marked posts only."""
    with town.deps.database.write() as session:
        session.execute(
            update(Project).where(Project.name == "防災DX").values(capture=Capture.MARKED)
        )


def does(town: Town, person: Person, shortcut: str, message: Message) -> str:
    """Use a shortcut and read the answer."""
    return town.answer(person.shortcut(shortcut, message)).text


def why(town: Town, person: Person, message: Message) -> str:
    """Ask why, and read the modal."""
    invocation = person.shortcut(WHY, message)
    assert invocation.acked, invocation.error
    words = town.form(person).words
    person.closes()
    return words


def words_of(database: Database, ts: str) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(MessageVersion.text).where(MessageVersion.ts == ts)))


def test_an_unmarked_post_is_recorded_by_its_author(town: Town) -> None:
    marked_only(town)
    post = town.ken.posts(town.bosai, "避難所の受付を試しました")
    town.settled()
    assert not town.row(post).counted
    assert does(town, town.ken, RECORD, post).startswith("Recorded as progress of “防災DX”.")
    row = town.row(post)
    assert (row.counted, row.decision, row.decided_by) == (True, Decision.RECORD, town.ken.id)
    assert "memo" in post.reactions
    assert does(town, town.ken, RECORD, post) == "This is recorded as progress already."
    assert "「進捗として記録」を選んだので" in why(town, town.hanako, post)


def test_a_message_from_before_the_registration_is_recorded_with_its_words(town: Town) -> None:
    group = town.slack.channel("wg-new", members=[town.hanako, town.ken])
    post = town.ken.posts(group, "登録の前に書きました")
    assert "登録されていません" in does(town, town.hanako, RECORD, post)
    town.slack.clock.advance(timedelta(minutes=1))
    town.asks(town.hanako, "登録 新しい会", channel=group)
    assert "登録より前に書かれたので" in why(town, town.hanako, post)
    assert "「新しい会」の進捗として記録しました" in does(town, town.hanako, RECORD, post)
    assert words_of(town.deps.database, post.ts) == ["登録の前に書きました"]
    row = town.row(post)
    assert (row.user_id, row.counted, row.author_department) == (town.ken.id, True, "国際課")


def test_a_message_that_no_event_told_of_is_said_to_come_later(town: Town) -> None:
    with town.slack.losing_events():
        post = town.ken.posts(town.bosai, "届かなかった投稿です")
    assert "1時間ごとに読み直しているので" in why(town, town.hanako, post)
    assert "I read Slack's history again every hour" in why(town, town.ken, post)


def test_others_may_not_but_leads_coordinators_and_admins_may(town: Town) -> None:
    marked_only(town)
    post = town.ken.posts(town.bosai, "避難所の受付を試しました")
    town.settled()
    for shortcut in (RECORD, LEAVE_OUT):
        for person in (town.mayor, town.guest):
            words = does(town, person, shortcut, post)
            assert words == (
                f"これができるのは、書いた方とリーダー（<@{town.hanako.id}>）、事務局、"
                "ワークスペースの管理者です。"
            )
    assert town.row(post).decision is None
    assert "記録しました" in does(town, town.hanako, RECORD, post)
    assert "外しました" in does(town, town.admin, LEAVE_OUT, post)
    town.asks(town.admin, f"事務局 追加 @{town.mayor.name}", "/office")
    assert "記録しました" in does(town, town.mayor, RECORD, post)


def test_replies_machines_and_other_channels_get_one_kind_sentence(town: Town) -> None:
    root = town.ken.posts(town.bosai, "避難所の受付を試しました")
    reply = town.hanako.replies(root, "いいですね")
    robot = town.slack.person("お知らせ", bot=True)
    town.bosai.invites(robot)
    note = robot.posts(town.bosai, "自動のお知らせです")
    chat = town.hanako.posts(town.lounge, "お昼どうします")
    town.settled()
    assert "返信は、スレッドの元の投稿と一緒に" in does(town, town.hanako, RECORD, reply)
    for shortcut in (RECORD, LEAVE_OUT):
        assert "人が書いたメッセージだけ" in does(town, town.hanako, shortcut, note)
    assert "登録されていません" in does(town, town.hanako, RECORD, chat)
    assert "もともと記録していません" in does(town, town.hanako, LEAVE_OUT, chat)
    assert "アプリの投稿なので" in why(town, town.hanako, note)
    assert "登録されていないので" in why(town, town.hanako, chat)
    assert "スレッドの返信なので" in why(town, town.hanako, reply)
    assert town.recorded(note) is None
    assert town.recorded(chat) is None


def test_left_out_its_words_are_gone_and_edits_bring_nothing_back(town: Town) -> None:
    post = town.ken.posts(town.bosai, "ひみつの言葉")
    town.hanako.reacts(post, "tada")
    town.settled()
    assert "memo" in post.reactions
    assert "Left out of the record." in does(town, town.ken, LEAVE_OUT, post)
    row = town.row(post)
    assert (row.counted, row.author_name, row.author_department) == (False, "", "")
    assert words_of(town.deps.database, post.ts) == []
    assert "memo" not in post.reactions
    town.ken.edits(post, "書き直した言葉")
    town.settled()
    assert words_of(town.deps.database, post.ts) == []
    assert not town.row(post).counted
    assert does(town, town.ken, LEAVE_OUT, post) == "This has been left out of the record already."
    words = why(town, town.hanako, post)
    assert "記録から外しました" in words
    assert "投稿を数えていないので、これも数えません" in words


def test_what_its_author_left_out_only_they_bring_back(town: Town) -> None:
    post = town.ken.posts(town.bosai, "避難所の受付を試しました")
    town.settled()
    does(town, town.hanako, LEAVE_OUT, post)
    does(town, town.ken, LEAVE_OUT, post)
    assert "書いた方だけです" in does(town, town.hanako, RECORD, post)
    town.ken.edits(post, "書き直しました")
    town.settled()
    assert "Recorded as progress" in does(town, town.ken, RECORD, post)
    assert words_of(town.deps.database, post.ts) == ["書き直しました"]
    row = town.row(post)
    assert (row.counted, row.author_name) == (True, "Ken Smith")
    assert "memo" in post.reactions


def test_a_message_that_was_never_recorded_can_be_left_out_before_an_edit_records_it(
    town: Town,
) -> None:
    group = town.slack.channel("wg-new", members=[town.hanako])
    post = town.hanako.posts(group, "登録の前に書きました")
    town.asks(town.hanako, "登録 新しい会", channel=group)
    assert "外しました" in does(town, town.hanako, LEAVE_OUT, post)
    town.hanako.edits(post, "書き直しました")
    town.settled()
    assert words_of(town.deps.database, post.ts) == []
    assert not town.row(post).counted


def test_a_reply_can_be_left_out_and_brought_back(town: Town) -> None:
    root = town.ken.posts(town.bosai, "避難所の受付を試しました")
    reply = town.hanako.replies(root, "ひみつです")
    town.settled()
    assert "外しました" in does(town, town.hanako, LEAVE_OUT, reply)
    assert words_of(town.deps.database, reply.ts) == []
    assert "記録しました" in does(town, town.hanako, RECORD, reply)
    assert town.row(reply).counted
    assert words_of(town.deps.database, reply.ts) == ["ひみつです"]


def test_leaving_out_goes_on_after_the_project_was_closed(town: Town) -> None:
    post = town.ken.posts(town.bosai, "避難所の受付を試しました")
    town.settled()
    town.asks(town.hanako, "終了")
    assert "Left out" in does(town, town.ken, LEAVE_OUT, post)
    assert words_of(town.deps.database, post.ts) == []
    assert "isn't registered" in does(town, town.ken, RECORD, post)


def test_why_names_the_rule_the_reactions_and_the_acknowledgement(town: Town) -> None:
    post = town.ken.posts(town.bosai, "避難所の受付を試しました")
    town.mayor.reacts(post, "thumbsup::skin-tone-3")
    town.hanako.reacts(post, "+1")
    town.guest.reacts(post, "tada")
    town.settled()
    words = why(town, town.hanako, post)
    assert "数えています" in words
    assert "チャンネルの投稿をすべて数える設定です" in words
    assert ":+1: 2　:tada: 1" in words
    assert "合わせて3件" in words
    assert "*市長* は 4月6日（月）09:00 に :+1: で反応しました。" in words
    assert "「首長の反応」1件です" in words
    assert ":memo: はアプリが付けたもの" in words
    assert "自分の投稿に📝を付けない" not in words
    marked_only(town)
    other = town.ken.posts(town.bosai, "印のない投稿")
    marked = town.ken.posts(town.bosai, "【進捗】印のある投稿")
    signed = town.ken.posts(town.bosai, "自分で印を付けた投稿")
    town.ken.reacts(signed, "memo")
    town.settled()
    assert "【進捗】や #進捗 を書き足すか" in why(town, town.hanako, other)
    assert "【進捗】か #進捗 が付いています" in why(town, town.hanako, marked)
    assert "書いた方が📝を付けています" in why(town, town.hanako, signed)
    assert "“防災DX” counts only marked posts" in why(town, town.ken, other)


def test_the_mark_can_be_muted_on_ones_own_posts_and_comes_back(town: Town) -> None:
    post = town.ken.posts(town.bosai, "避難所の受付を試しました")
    town.settled()
    assert "memo" in post.reactions
    town.ken.shortcut(WHY, post)
    view = town.form(town.ken, "No 📝 on my posts")
    town.ken.presses(view, "explain_marks")
    view = town.form(town.ken, "Your posts carry no 📝")
    town.settled()
    assert "memo" not in post.reactions
    quiet = town.ken.posts(town.bosai, "静かな投稿")
    town.settled()
    assert town.row(quiet).counted
    assert "memo" not in quiet.reactions
    other = town.hanako.posts(town.bosai, "ほかの人の投稿")
    town.settled()
    assert "memo" in other.reactions
    town.ken.presses(view, "explain_marks")
    town.form(town.ken, "No 📝 on my posts")
    town.settled()
    assert "memo" in post.reactions
