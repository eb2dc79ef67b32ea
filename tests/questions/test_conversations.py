"""What leaders press, what then stands in the thread, and who is told what in private."""

from __future__ import annotations

from datetime import timedelta

from tests.questions.conftest import Hall


def test_the_button_asks_in_the_thread(hall: Hall) -> None:
    post = hall.post()
    shown = hall.shown(post)
    form = hall.opens(hall.mayor, hall.mayor.presses(shown, "recognise_ask"))
    assert form.title == "教えて"
    assert "避難所の受付をQRコードで試しました" in form.words
    assert "これってどういうことか教えてください" in str(form.blocks)
    sent = hall.mayor.submits(form)
    assert not sent.errors
    assert hall.mayor.modal is not None
    assert "スレッドに質問を書き込みました" in hall.mayor.modal.words
    hall.settled()
    [question] = hall.said(post)
    assert "市長から質問です" in question.words
    assert "&gt;" not in question.words
    assert ">これってどういうことか教えてください" in question.words
    assert question.notifies == {hall.author.id, hall.lead.id}
