"""How transcripts are read."""

from __future__ import annotations

import pytest

from sandbox.city.acts import Act, Delete, Edit, Post, React, Reply
from sandbox.city.ledger import count
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
