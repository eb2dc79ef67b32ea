"""Writing progress with the form: `/progress`, the shortcut, and what stands in the channel."""

from __future__ import annotations

from tests.progress.conftest import Town


def test_the_command_opens_the_form_and_the_post_stands_under_the_authors_name(town: Town) -> None:
    view = town.opens(town.hanako, "受付を試しました")
    assert "進捗を投稿" in view.words
    result = town.sends(
        town.hanako,
        view,
        found="3分が20秒になりました。",
        next="来月、全避難所で。",
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
    assert "memo" in post.reactions
