"""The page over real HTTP, with a small workspace behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.page import add_routes
from sandbox.records import ChannelRecord, FileRecord, MessageRecord, PersonRecord, ViewRecord
from sandbox.workspace import Workspace

JAPAN = ZoneInfo("Asia/Tokyo")
EVIL = "<script>alert(1)</script>"


@dataclass
class City:
    """A workspace with two people, a public and a private channel, and a thread."""

    workspace: Workspace
    yamamoto: PersonRecord
    mayor: PersonRecord
    channel: ChannelRecord
    private: ChannelRecord
    post: MessageRecord


@pytest.fixture
def city() -> City:
    clock = SandboxClock(datetime(2026, 4, 2, 9, 0, tzinfo=JAPAN))
    workspace = Workspace(clock, domain="midori", name="みどり市役所", language="ja")
    yamamoto, mayor = workspace.add_person("山本 恵"), workspace.add_person("高橋 誠")
    yamamoto.title, mayor.title = "産業振興課", "市長"
    channel = workspace.add_channel("防災dx", creator=yamamoto.id)
    private = workspace.add_channel("人事", creator=mayor.id, is_private=True)
    channel.members = dict.fromkeys([yamamoto.id, mayor.id, workspace.bot.id])
    private.members = dict.fromkeys([mayor.id])
    post = workspace.post(channel, yamamoto, f"南小学校で試しました {EVIL.replace('<', '&lt;')}")
    workspace.react(post, "thumbsup", mayor.id)
    workspace.react(post, "thumbsup", yamamoto.id)
    clock.advance(timedelta(days=1))
    workspace.post(channel, mayor, "教えてください", thread_ts=post.ts)
    workspace.post(channel, yamamoto, "はい", thread_ts=post.ts)
    return City(workspace, yamamoto, mayor, channel, private, post)


@dataclass
class Answer:
    """What came back for one address."""

    status: int
    text: str
    headers: dict[str, str]
    path: str


Get = Callable[[str], Awaitable[Answer]]


def visit(city: City, *paths: str) -> list[Answer]:
    """Fetch pages one after another, following redirections."""

    async def run() -> list[Answer]:
        app = web.Application()
        add_routes(app, city.workspace)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
                return [await fetch(session, path) for path in paths]
        finally:
            await runner.cleanup()

    async def fetch(session: aiohttp.ClientSession, path: str) -> Answer:
        async with session.get(path) as answer:
            text = await answer.text()
            return Answer(answer.status, text, dict(answer.headers), answer.url.path_qs)

    return asyncio.run(run())


def page(city: City, path: str) -> str:
    """One page that must be there."""
    answer = visit(city, path)[0]
    assert answer.status == 200
    return answer.text


def as_person(person: PersonRecord) -> str:
    return f"?as={person.id}"


def test_the_first_page_lists_channels(city: City) -> None:
    html = page(city, "/")
    assert "みどり市役所" in html
    assert f'href="/channel/{city.channel.id}"' in html
    assert "人事" in html


def test_a_private_channel_is_hidden_from_those_outside(city: City) -> None:
    own, other, refused = visit(
        city,
        f"/{as_person(city.mayor)}",
        f"/{as_person(city.yamamoto)}",
        f"/channel/{city.private.id}{as_person(city.yamamoto)}",
    )
    assert "人事" in own.text
    assert "人事" not in other.text
    assert refused.status == 404
    assert "メンバーではありません" in refused.text


def test_a_channel_shows_authors_days_reactions_and_threads(city: City) -> None:
    html = page(city, f"/channel/{city.channel.id}{as_person(city.mayor)}")
    assert '<span class="author">山本 恵</span>' in html
    assert '<span class="title">産業振興課</span>' in html
    assert ">09:00</time>" in html
    assert "昨日" in html
    assert '<span class="reaction mine"' in html
    assert '<span class="count">2</span>' in html
    assert "2件の返信" in html
    assert "最終返信: 今日 09:00" in html
    assert "教えてください" not in html


def test_hostile_words_stay_words(city: City) -> None:
    city.workspace.change_person(city.yamamoto)
    city.yamamoto.display_name = EVIL
    city.channel.name = EVIL
    for answer in visit(city, "/", f"/channel/{city.channel.id}", f"/thread/{city.channel.id}/x"):
        assert EVIL not in answer.text


def test_a_thread_shows_its_replies(city: City) -> None:
    html = page(city, f"/thread/{city.channel.id}/{city.post.ts}")
    assert "教えてください" in html
    assert "2件の返信" in html


def test_edits_deletions_and_files(city: City) -> None:
    workspace = city.workspace
    files = [FileRecord("F1", "結果.pdf", city.yamamoto.id, 0)]
    edited = workspace.post(city.channel, city.yamamoto, "まえ", files=files)
    workspace.edit(edited, city.yamamoto.id, "あと")
    workspace.delete(city.post)
    html = page(city, f"/channel/{city.channel.id}")
    assert "(編集済み)" in html
    assert "結果.pdf" in html
    assert "このメッセージは削除されました。" in html
    assert "南小学校" not in html


def test_only_the_addressee_sees_an_ephemeral_message(city: City) -> None:
    city.workspace.whisper(city.channel, "あなたへ", city.mayor.id)
    mine, theirs, all_ = visit(
        city,
        f"/channel/{city.channel.id}{as_person(city.mayor)}",
        f"/channel/{city.channel.id}{as_person(city.yamamoto)}",
        f"/channel/{city.channel.id}",
    )
    assert "あなたへ" in mine.text
    assert "あなただけに表示されています" in mine.text
    assert "あなたへ" not in theirs.text + all_.text


def test_the_app_has_a_badge_and_links_lead_to_the_page(city: City) -> None:
    ts = city.post.ts.replace(".", "")
    link = f"{city.workspace.url}archives/{city.channel.id}/p{ts}"
    text = {"type": "mrkdwn", "text": f"<{link}|投稿>"}
    block: dict[str, object] = {"type": "section", "text": text}
    city.workspace.post(city.channel, city.workspace.bot, "登録しました", blocks=[block])
    html = page(city, f"/channel/{city.channel.id}")
    assert '<span class="badge">アプリ</span>' in html
    assert f'<a href="/channel/{city.channel.id}?at={city.post.ts}">投稿</a>' in html


def test_a_mention_of_everyone_is_shown_as_such(city: City) -> None:
    city.workspace.post(city.channel, city.yamamoto, "<!channel> 集合")
    html = page(city, f"/channel/{city.channel.id}")
    assert '<span class="mention broadcast">@channel</span>' in html


def test_external_people_are_marked(city: City) -> None:
    guest = city.workspace.add_person("鈴木 一郎", team_id="T_OTHER")
    city.channel.members[guest.id] = None
    city.workspace.post(city.channel, guest, "商工会議所です")
    assert '<span class="badge outside">外部</span>' in page(city, f"/channel/{city.channel.id}")
    html = page(city, f"/{as_person(guest)}")
    assert "防災dx" in html
    assert "人事" not in html


def test_a_direct_message_and_a_home(city: City) -> None:
    workspace, mayor = city.workspace, city.mayor
    empty = page(city, f"/dm/{mayor.id}{as_person(mayor)}")
    assert "まだメッセージはありません。" in empty
    workspace.post(workspace.dm(mayor.id), workspace.bot, "今週のダイジェストです")
    home = {
        "type": "home",
        "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "ようこそ"}}],
    }
    workspace.views["V1"] = ViewRecord("V1", mayor.id, "home", dict(home), "h", "V1")
    workspace.homes[mayor.id] = "V1"
    assert "今週のダイジェストです" in page(city, f"/dm/{mayor.id}{as_person(mayor)}")
    assert "ようこそ" in page(city, f"/home/{mayor.id}{as_person(mayor)}")
    assert "まだ開かれていません" in page(city, f"/home/{city.yamamoto.id}")


def test_a_modal_shows_what_is_filled_in(city: City) -> None:
    workspace, person = city.workspace, city.yamamoto
    assert "いま開いている画面はありません。" in page(city, f"/modal/{person.id}")
    body: dict[str, object] = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "プロジェクトを登録"},
        "submit": {"type": "plain_text", "text": "登録する"},
        "blocks": [
            {
                "type": "input",
                "block_id": "name",
                "label": {"type": "plain_text", "text": "名前"},
                "element": {"type": "plain_text_input", "action_id": "value"},
            }
        ],
    }
    state: dict[str, dict[str, dict[str, object]]] = {
        "name": {"value": {"type": "plain_text_input", "value": "防災DX"}}
    }
    workspace.views["V1"] = ViewRecord("V1", person.id, "modal", body, "h", "V1", state=state)
    workspace.modals[person.id] = ["V1"]
    html = page(city, f"/modal/{person.id}{as_person(person)}")
    assert "プロジェクトを登録" in html
    assert '<div class="field">防災DX</div>' in html
    assert "登録する" in html
    assert "キャンセル" in html
    assert "開いている画面" in html


def test_choosing_another_person_keeps_the_page(city: City) -> None:
    user = city.mayor.id
    path = f"/channel/{city.channel.id}"
    channel, home, nobody, outside = visit(
        city,
        f"/as?user={user}&to={path}",
        f"/as?user={user}&to=home",
        "/as?user=&to=home",
        f"/as?user={user}&to=//elsewhere.example/",
    )
    assert channel.path == f"{path}?as={user}"
    assert home.path == f"/home/{user}?as={user}"
    assert nobody.path == "/"
    assert outside.path == f"/?as={user}"


def test_the_version_grows_with_every_change(city: City) -> None:
    before = int(visit(city, "/version")[0].text)
    city.workspace.post(city.channel, city.yamamoto, "新しい投稿")
    assert int(visit(city, "/version")[0].text) > before


@pytest.mark.parametrize("path", ["/channel/C404", "/thread/C404/1.2", "/home/U404", "/dm/U404"])
def test_what_is_not_there_says_so(city: City, path: str) -> None:
    answer = visit(city, path)[0]
    assert answer.status == 404
    assert "見つかりません" in answer.text


def test_the_browser_may_load_nothing_from_outside(city: City) -> None:
    answer = visit(city, f"/channel/{city.channel.id}")[0]
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "src=" not in answer.text
    assert 'lang="ja"' in answer.text


def test_a_very_long_channel_shows_its_latest_part(city: City) -> None:
    for number in range(450):
        city.workspace.post(city.channel, city.yamamoto, f"投稿その{number}です")
    html = page(city, f"/channel/{city.channel.id}")
    assert "これより前の51件は省略しています" in html
    assert "投稿その449です" in html
    assert "投稿その3です" not in html
