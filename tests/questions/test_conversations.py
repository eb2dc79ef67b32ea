"""What leaders press, what then stands in the thread, and who is told what in private."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox import Message
from tests.questions.conftest import Hall

USUAL = "これってどういうことか教えてください"


def test_the_button_asks_in_the_thread(hall: Hall) -> None:
    post = hall.post()
    form = hall.opens(hall.mayor, hall.mayor.presses(hall.shown(post), "recognise_ask"))
    assert form.title == "教えて"
    assert "避難所の受付をQRコードで試しました" in form.words
    assert USUAL in str(form.blocks)
    sent = hall.mayor.submits(form)
    assert not sent.errors
    assert hall.mayor.modal is not None
    assert "スレッドに質問を書き込みました" in hall.mayor.modal.words
    hall.settled()
    [question] = hall.said(post)
    assert "市長から質問です" in question.words
    assert f">{USUAL}" in question.words
    assert "回答済みにする" in question.words
    assert question.notifies == {hall.author.id, hall.lead.id}


def test_the_form_is_in_the_askers_language_and_the_thread_in_the_groups(hall: Hall) -> None:
    post = hall.post()
    form = hall.form(hall.cdo, post)
    assert "What would you like to know?" in form.words
    assert USUAL in str(form.blocks)
    hall.cdo.fills(form, {"words": "Could you tell me more about what this means?"})
    hall.cdo.submits(form)
    assert "Your question is in the thread" in (hall.cdo.modal.words if hall.cdo.modal else "")
    hall.settled()
    [question] = hall.said(post)
    assert "CDOから質問です" in question.words
    assert USUAL in question.words
    hall.replies(hall.lead, post, "3か所で試します。")
    [told] = hall.told(hall.cdo)
    assert "“防災DX” has answered" in told.words
    assert "Your question: Could you tell me more about what this means?" in told.words
    assert ">3か所で試します。" in told.words


def test_the_askers_words_are_harmless(hall: Hall) -> None:
    post = hall.post()
    words = f"費用は?\n<!channel> <@{hall.guest.id}> @here\n>*いくら* & <https://x.jp|ここ>"
    question = hall.asked(hall.mayor, post, words)
    assert question.notifies == {hall.author.id, hall.lead.id}
    assert ">費用は?\n>" in question.words
    assert "<!channel>" not in question.text
    assert hall.rows()[0].words == words


def test_a_reply_answers_and_the_asker_hears_of_it_once(hall: Hall) -> None:
    post = hall.post()
    hall.asked(hall.mayor, post)
    assert hall.told(hall.mayor) == []
    reply = hall.replies(hall.member, post, "受付の待ち時間を <@U1> と測りました。<!here>")
    [question] = hall.said(post)
    assert "回答がありました。ありがとうございます。" in question.words
    assert "回答済みにする" not in question.words
    [told] = hall.told(hall.mayor)
    assert told.text == "💬 「防災DX」から回答がありました"
    assert ">受付の待ち時間を ＠メンバー と測りました。＠here" in told.words
    assert f"質問：{USUAL}" in told.words
    assert f"p{reply.ts.replace('.', '')}?thread_ts={post.ts}" in str(told.blocks)
    assert told.notifies == frozenset()
    hall.replies(hall.lead, post, "追加で3か所です。")
    hall.later(timedelta(hours=5))
    assert hall.told(hall.mayor) == [told]
    assert "追加" not in told.words


def test_only_the_projects_people_answer(hall: Hall) -> None:
    post = hall.post()
    hall.replies(hall.lead, post, "質問の前の返信")
    hall.asked(hall.mayor, post)
    for other in (hall.guest, hall.admin, hall.mayor):
        hall.replies(other, post, "私も知りたいです。")
    assert hall.rows()[0].answered_at is None
    hall.replies(hall.author, post, "お答えします。")
    assert hall.rows()[0].answered_by == hall.author.id


def test_the_button_answers_and_can_be_taken_back(hall: Hall) -> None:
    post = hall.post()
    question = hall.asked(hall.mayor, post)
    hall.presses(hall.author, question, "question_answered", "回答済みになりました")
    [told] = hall.told(hall.mayor)
    assert told.text == "💬 「防災DX」への質問が、回答済みになりました"
    hall.presses(hall.lead, question, "question_reopen", "回答済みにする")
    assert "また回答待ちになりました" in told.words
    hall.replies(hall.lead, post, "3か所です。")
    assert hall.told(hall.mayor) == [told]
    assert ">3か所です。" in told.words
    assert question.notifies == {hall.author.id, hall.lead.id}
    assert hall.said(post) == [question]


def test_who_asked_may_press_and_is_not_told_of_it(hall: Hall) -> None:
    post = hall.post()
    question = hall.asked(hall.mayor, post)
    hall.presses(hall.mayor, question, "question_answered", "回答済みになりました")
    assert hall.told(hall.mayor) == []


def test_who_may_not_press_is_told_who_may(hall: Hall) -> None:
    post = hall.post()
    question = hall.asked(hall.mayor, post)
    for other in (hall.guest, hall.cdo):
        words = hall.refused(other.presses(question, "question_answered"))
        assert "メンバー" in words or "members" in words
    assert hall.rows()[0].answered_at is None
    hall.presses(hall.admin, question, "question_answered", "回答済みになりました")
    assert hall.rows()[0].answered_by == hall.admin.id


def test_who_holds_no_office_is_told_how_to_ask(hall: Hall) -> None:
    post = hall.post()
    for person in (hall.guest, hall.lead, hall.admin):
        words = hall.refused(person.shortcut("ask_about_post", post))
        assert "役職にある方" in words
        assert "役職にある方" in hall.refused(
            person.presses(hall.shown(post, hall.group), "recognise_ask")
        )
        assert person.modal is None
    assert hall.rows() == []


def test_from_one_digest_to_the_next(hall: Hall) -> None:
    hall.asks_for(hall.admin, "送り先 #leaders", "/digest")
    post, other = hall.post(), hall.post("備蓄倉庫の鍵の場所を、地図にまとめました。")
    hall.at(10, 16)
    digest = hall.digest(1)
    value = f"{post.channel.id}:{post.ts}"
    hall.opens(hall.mayor, hall.mayor.presses(digest, "recognise_ask", value=value))
    hall.mayor.submits()
    hall.mayor.closes()
    hall.settled()
    hall.cdo.reacts(other, "question")
    hall.later()
    assert len(hall.said(post)) == len(hall.said(other)) == 1
    hall.replies(hall.lead, post, "受付の手間が大きいという声からです。")
    hall.at(17, 16)
    digest = hall.digest(2)
    assert "回答を待っている質問* 1件" in digest.words
    assert "備蓄倉庫の鍵の場所を、地図にまとめました。" in digest.words
    assert "回答があった質問* 1件" in digest.words
    assert "受付の手間が大きいという声からです。" in digest.words
    assert digest.notifies == frozenset()


def test_from_a_home_a_form_opens_and_so_does_a_refusal(hall: Hall) -> None:
    post = hall.post()
    for person, words in ((hall.mayor, "聞きたいこと"), (hall.lead, "役職にある方")):
        home = hall.home(person, [hall.buttons(post)])
        assert words in hall.opens(person, person.presses(home, "recognise_ask")).words
        person.closes()


def test_from_a_form_the_form_lies_on_top_of_it(hall: Hall) -> None:
    post = hall.post()
    below = hall.modal(hall.mayor, [hall.buttons(post)])
    invocation = hall.mayor.presses(below, "recognise_ask")
    assert invocation.acked
    hall.slack.until(lambda: hall.mayor.modal != below, what="a form on top")
    assert hall.mayor.modal is not None
    assert "聞きたいこと" in hall.mayor.modal.words
    hall.mayor.submits()
    hall.mayor.closes()
    assert hall.mayor.modal == below


def test_what_can_not_be_asked_about(hall: Hall) -> None:
    other = hall.slack.channel("ほか", members=[hall.mayor, hall.author])
    unrecorded = hall.author.posts(other, "記録されません。")
    own = hall.mayor.posts(hall.group, "私も見に行きます。")
    hall.settled()
    assert "記録されていない" in hall.refused(hall.mayor.shortcut("ask_about_post", unrecorded))
    assert "ご自身の投稿" in hall.refused(hall.mayor.shortcut("ask_about_post", own))
    hall.mayor.reacts(own, "question")
    post = hall.post()
    hall.asks_for(hall.lead, "終了")
    assert "終了していて" in hall.refused(hall.mayor.shortcut("ask_about_post", post))
    hall.mayor.reacts(post, "question")
    hall.later()
    assert hall.said(own) == hall.said(post) == []


@pytest.mark.parametrize("value", ["", "x", "C1:2", "C0:1000000000.000001", "1" * 4000, "C1:１"])
def test_a_button_with_a_value_that_we_never_gave_out(hall: Hall, value: str) -> None:
    shown = hall.shown(hall.post())
    _change(shown, "recognise_ask", value)
    assert "記録されていない" in hall.refused(hall.mayor.presses(shown, "recognise_ask"))
    assert hall.mayor.modal is None


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "4711", "9" * 30, "１", "1.0", "[1]"])
def test_an_answer_to_a_question_that_is_not_there(hall: Hall, value: str) -> None:
    question = hall.asked(hall.mayor, hall.post())
    _change(question, "question_answered", value)
    words = hall.refused(hall.mayor.presses(question, "question_answered"))
    assert words == "その質問は、もうありません。"
    assert hall.rows()[0].answered_at is None


def _change(message: Message, action_id: str, value: str) -> None:
    for block in message.record.blocks:
        elements = block.get("elements")
        for element in elements if isinstance(elements, list) else []:
            if element.get("action_id") == action_id:
                element["value"] = value


def test_mistakes_stand_at_the_field(hall: Hall) -> None:
    post = hall.post()
    form = hall.form(hall.mayor, post)
    hall.mayor.fills(form, {"words": " \n　"})
    assert hall.mayor.submits(form).errors == {"words": "聞きたいことを書いてください。"}
    hall.mayor.fills(form, {"words": USUAL})
    assert not hall.mayor.submits(form).errors
    hall.mayor.closes()
    again = hall.form(hall.mayor, post)
    hall.mayor.fills(again, {"words": f"{USUAL}。"})
    assert "すでに聞いています" in hall.mayor.submits(again).errors["words"]
    hall.mayor.fills(again, {"words": "費用はどのくらいですか"})
    assert not hall.mayor.submits(again).errors
    hall.settled()
    assert len(hall.said(post)) == 2
    hall.replies(hall.lead, post, "まだ分かりません。")
    assert len(hall.told(hall.mayor)) == 2


def test_a_post_that_goes_while_the_form_is_open(hall: Hall) -> None:
    post = hall.post()
    form = hall.form(hall.mayor, post)
    hall.author.deletes(post)
    hall.settled()
    assert "記録されていない" in hall.mayor.submits(form).errors["words"]


def test_a_form_that_remembers_nonsense(hall: Hall) -> None:
    form = hall.form(hall.mayor, hall.post())
    form.record.body["private_metadata"] = '{"channel": 1}'
    assert hall.mayor.submits(form).errors["words"]
    assert hall.rows() == []


def test_on_a_reply_the_shortcut_asks_about_the_post(hall: Hall) -> None:
    post = hall.post()
    reply = hall.replies(hall.lead, post)
    hall.asked(hall.mayor, reply)
    assert len(hall.said(post)) == 1
    assert hall.rows()[0].ts == post.ts


def test_a_reply_that_was_sent_to_the_channel_too(hall: Hall) -> None:
    post = hall.post()
    shouted = hall.author.replies(post, "3か所に広げました。", broadcast=True)
    hall.settled()
    hall.asked(hall.mayor, shouted)
    [question] = hall.said(post)
    assert question.thread_ts == post.ts
    hall.author.replies(post, "来週もう1か所です。", broadcast=True)
    hall.settled()
    assert hall.rows()[0].answered_by == hall.author.id
    assert ">来週もう1か所です。" in hall.told(hall.mayor)[0].words


def test_a_deleted_answer_is_none_and_nobody_is_told_twice(hall: Hall) -> None:
    post = hall.post()
    question = hall.asked(hall.mayor, post)
    reply = hall.replies(hall.lead, post, "ひみつを書いてしまいました。")
    [told] = hall.told(hall.mayor)
    hall.lead.deletes(reply)
    hall.settled()
    assert "回答済みにする" in question.words
    assert "ひみつ" not in told.words
    assert "また回答待ちになりました" in told.words
    hall.replies(hall.lead, post, "書き直しました。")
    assert hall.told(hall.mayor) == [told]
    assert ">書き直しました。" in told.words
    assert hall.said(post) == [question]


def test_an_edited_answer_is_quoted_as_it_is_now(hall: Hall) -> None:
    post = hall.post()
    hall.asked(hall.mayor, post)
    reply = hall.replies(hall.lead, post, "3か所です。")
    [told] = hall.told(hall.mayor)
    hall.lead.edits(reply, "4か所です。")
    hall.settled()
    assert hall.told(hall.mayor) == [told]
    assert ">4か所です。" in told.words


def test_with_the_post_the_question_goes(hall: Hall) -> None:
    post = hall.post()
    hall.asked(hall.mayor, post)
    hall.author.deletes(post)
    hall.settled()
    assert hall.said(post) == []
    assert hall.rows()[0].withdrawn_at is not None
    assert hall.told(hall.mayor) == []


def test_nobody_is_mentioned_who_is_gone(hall: Hall) -> None:
    post = hall.post()
    hall.lead.is_deactivated()
    hall.settled()
    assert hall.asked(hall.mayor, post).notifies == {hall.author.id}


def test_whoever_is_gone_is_told_nothing(hall: Hall) -> None:
    post = hall.post()
    hall.asked(hall.mayor, post)
    hall.mayor.is_deactivated()
    hall.settled()
    hall.replies(hall.lead, post)
    assert hall.told(hall.mayor) == []


def test_nobody_is_told_at_night(hall: Hall) -> None:
    post = hall.post()
    hall.asked(hall.mayor, post)
    hall.at(6, 21)
    hall.replies(hall.lead, post)
    assert hall.told(hall.mayor) == []
    hall.at(7, 7, 59)
    assert hall.told(hall.mayor) == []
    hall.at(7, 8)
    assert len(hall.told(hall.mayor)) == 1


def test_an_answer_taken_back_in_time_is_not_told(hall: Hall) -> None:
    post = hall.post()
    question = hall.asked(hall.mayor, post)
    hall.at(6, 21)
    hall.presses(hall.lead, question, "question_answered", "回答済みになりました")
    hall.presses(hall.lead, question, "question_reopen", "回答済みにする")
    hall.at(7, 9)
    assert hall.told(hall.mayor) == []
