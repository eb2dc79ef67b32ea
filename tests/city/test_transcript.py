"""How transcripts are read."""

from __future__ import annotations

import pytest

from sandbox.city.acts import (
    Act,
    Answered,
    Ask,
    Choose,
    Delete,
    Edit,
    Fields,
    Like,
    Post,
    Progress,
    React,
    Reply,
    Resolve,
    Rewrite,
    Shortcut,
    Thank,
    Unlike,
    Unreact,
    Where,
    Withdraw,
)
from sandbox.city.ledger import Tally, count
from sandbox.city.transcript import acts_of, when

TRANSCRIPT = """# つぶやき
■ 2/3 9:12 nemoto
一行目
二行目
添付 受付票.jpg
反応 9:20 nemoto memo
└ 13:05 ouchi 同報
はい
訂正 13:06
はい、わかりました
└ 2/4 6:30 enomoto
これってどういうことか教えて
└ 20:10 seto
私も知りたいです
投稿削除 21:00

■ 2/5 8:45 iijima me
は席を外しています
削除 8:46
"""


def test_a_transcript_becomes_acts() -> None:
    assert acts_of("shelter", TRANSCRIPT) == [
        Act(
            when("2/3 9:12"),
            "nemoto",
            Post("shelter#1", "shelter", "一行目\n二行目", ("受付票.jpg",)),
        ),
        Act(when("2/3 9:20"), "nemoto", React("shelter#1", "memo")),
        Act(when("2/3 13:05"), "ouchi", Reply("shelter#1/1", "shelter#1", "はい", broadcast=True)),
        Act(when("2/3 13:06"), "ouchi", Edit("shelter#1/1", "はい、わかりました")),
        Act(
            when("2/4 6:30"),
            "enomoto",
            Reply("shelter#1/2", "shelter#1", "これってどういうことか教えて"),
        ),
        Act(when("2/4 20:10"), "seto", Reply("shelter#1/3", "shelter#1", "私も知りたいです")),
        Act(when("2/4 21:00"), "nemoto", Delete("shelter#1")),
        Act(
            when("2/5 8:45"),
            "iijima",
            Post("shelter#2", "shelter", "は席を外しています", subtype="me_message"),
        ),
        Act(when("2/5 8:46"), "iijima", Delete("shelter#2")),
    ]


def test_a_line_before_the_first_header_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first header"):
        acts_of("shelter", "迷子の行\n■ 2/3 9:12 nemoto\nはい\n")


def test_the_ledger_knows_marks_deletions_and_second_names() -> None:
    talk = """■ 2/3 9:00 kurata
【進捗】決まりました
■ 2/3 9:10 kurata
雑談です
■ 2/3 9:20 kurata
印はあとから
反応 9:21 kurata memo
■ 2/3 9:30 kurata
【進捗】まちがい
└ 9:31 nishio
宛先が違います
投稿削除 9:32
"""
    acts = acts_of("consortium", talk)
    acts += [
        Act(when("2/3 9:05"), "nishio", React("consortium#1", "+1")),
        Act(when("2/3 9:06"), "nishio", React("consortium#1", "thumbsup")),
        Act(when("2/3 9:07"), "enomoto", React("consortium#1", "clap")),
        Act(when("2/3 9:07"), "enomoto", React("consortium#1", "heart")),
    ]
    ledger = count(acts)
    assert ledger.posts("consortium") == ["consortium#1", "consortium#3"]
    tally = ledger.tally("consortium")
    assert (tally.replies, tally.reactions, tally.acknowledgements) == (1, 4, 1)


def test_what_is_done_with_the_app_stands_in_transcripts_as_well() -> None:
    talk = """■ 2/3 9:00 nemoto
試しました
反応 9:01 enomoto question
反応取消 9:02 enomoto question
いいね 2/7 6:40 enomoto digest
いいね取消 6:41 enomoto digest
教えて 6:42 enomoto home
何が違ったのでしょうか
回答済み 2/9 9:00 nemoto
記録外 9:05 nemoto
理由 9:06 nemoto

□ 2/10 9:00 ouchi
やったこと：受付を試しました
一行では足りません
困りごと：人が足りません
添付 受付.png
書き直し 9:10
やったこと：受付を試しました
解決 9:20 nemoto
取り下げ 9:30
感謝 9:40 nemoto
{@ouchi} {@iijima} ありがとうございました
"""
    fields = Fields("受付を試しました\n一行では足りません", help="人が足りません")
    assert [act.what for act in acts_of("shelter", talk)] == [
        Post("shelter#1", "shelter", "試しました"),
        React("shelter#1", "question"),
        Unreact("shelter#1", "question"),
        Like("shelter#1", Where.DIGEST),
        Unlike("shelter#1", Where.DIGEST),
        Ask("shelter#1", Where.HOME, "何が違ったのでしょうか"),
        Answered("shelter#1"),
        Choose("shelter#1", Shortcut.LEAVE_OUT),
        Choose("shelter#1", Shortcut.WHY),
        Progress("shelter□1", "shelter", fields, ("受付.png",)),
        Rewrite("shelter□1", Fields("受付を試しました")),
        Resolve("shelter□1"),
        Withdraw("shelter□1"),
        Thank("shelter", ("ouchi", "iijima"), "ありがとうございました"),
    ]
    whose = {act.what: act.who for act in acts_of("shelter", talk)}
    assert whose[Withdraw("shelter□1")] == "ouchi"
    assert whose[Resolve("shelter□1")] == "nemoto"


def test_words_that_belong_to_no_field_are_refused() -> None:
    with pytest.raises(ValueError, match="belong to no field"):
        acts_of("shelter", "□ 2/10 9:00 ouchi\n受付を試しました\n")


def test_the_ledger_knows_buttons_forms_and_decisions() -> None:
    talk = """■ 2/3 9:00 kurata
【進捗】決まりました
いいね 2/7 6:40 enomoto digest
反応 6:41 enomoto +1
教えて 6:42 enomoto digest
教えて 20:10 seto home
記録外 2/9 9:00 kurata

■ 2/3 9:10 kurata
印のない投稿
記録 9:20 kurata
教えて 2/7 6:45 enomoto digest
└ 2/9 9:00 kurata
お答えします

□ 2/3 9:30 nishio
やったこと：数えました
困りごと：手が足りません
いいね 2/7 6:46 enomoto digest
いいね 20:11 seto digest
いいね取消 20:12 seto digest
解決 2/9 9:10 kurata
"""
    acts = acts_of("consortium", talk)
    early = count(act for act in acts if act.at < when("2/9 0:00"))
    assert early.tally("consortium") == Tally(3, 0, 2, 2)
    assert [(one.of, one.who, one.answered) for one in early.asked("consortium")] == [
        ("consortium#1", "enomoto", False),
        ("consortium#1", "seto", False),
        ("consortium#2", "enomoto", False),
    ]
    assert early.asks_for_help("consortium") == ["consortium□1"]
    ledger = count(acts)
    assert ledger.posts("consortium") == ["consortium#2", "consortium□1"]
    assert ledger.acknowledged() == {("consortium□1", "enomoto")}
    assert [one.answered for one in ledger.asked("consortium")] == [True]
    assert ledger.resolved == {"consortium□1"}
