"""Whether everything is in place, line by line, each with what to do if it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.core.coverage import Coverage, coverage
from bot.core.late_digests import LateDigest, overdue
from bot.core.subscriptions import unheard
from bot.manifest import SCOPES
from bot.settings import Settings
from bot.slack_client import UnpromisedError, said_by
from bot.text import LANGUAGES, Text
from bot.views.coverage import troubles
from bot.views.digest import Style
from models import (
    DigestAudience,
    ProjectChannel,
    Tenure,
    Workspace,
    delivery,
    inbox,
    refusal,
    schema,
)
from models.database import Database
from models.inbox import InboxState
from models.refusal import Reason
from models.workspace import team_ids

# An event is applied within a second, and words are said within a few; what waits for minutes
# means that something does not work.
BACKLOG_AFTER = timedelta(minutes=5)
# What Slack refused before that can't be made good any more by whoever reads the check-up.
REFUSED_LATELY = timedelta(days=7)
# Slack refuses signatures older than five minutes; digests should be on time long before that.
CLOCK_SKEW = timedelta(seconds=60)


@dataclass(frozen=True)
class Finding:
    """One line of the check-up."""

    ok: bool
    text: Text


@dataclass(frozen=True)
class Checkup:
    """Looks at a site from outside: it may be running or not."""

    settings: Settings
    database: Database
    slack: WebClient
    clock: Clock

    def database_findings(self) -> Iterator[Finding]:
        """The database, and what waits in it."""
        try:
            current = schema.is_current(self.database)
        except (SQLAlchemyError, OSError) as error:
            yield _todo(_NO_DATABASE, error=type(error).__name__)
            return
        if not current:
            yield _todo(_NOT_MIGRATED)
            return
        yield _ok(_DATABASE)
        try:
            yield from self._queues()
            yield from self._people()
            yield from self._history()
        except SQLAlchemyError as error:  # it was there a moment ago
            yield _todo(_NO_DATABASE, error=type(error).__name__)

    def slack_findings(self) -> Iterator[Finding]:
        """The tokens, what they may do, and the clock."""
        try:
            me = self.slack.auth_test()
            team_id, user_id = said_by(me, "team_id"), said_by(me, "user_id")
        except (SlackApiError, OSError, HTTPException) as error:
            yield _todo(_NO_BOT_TOKEN, error=_code(error))
        else:
            yield _ok(_BOT_TOKEN, team=me.get("team") or team_id, user=me.get("user") or user_id)
            headers = {str(k).lower(): str(v) for k, v in me.headers.items()}
            yield _scopes(headers.get("x-oauth-scopes"))
            yield from self._clock_skew(headers.get("date"))
        if self.settings.over_http:
            return
        try:
            opened = self.slack.apps_connections_open(app_token=self.settings.slack_app_token)
            said_by(opened, "url")
        except (SlackApiError, OSError, HTTPException) as error:
            yield _todo(_NO_SOCKET, error=_code(error))
        else:
            yield _ok(_SOCKET)

    def channels(self) -> list[str] | None:
        """The registered channels, to be looked at one by one; None if nobody knows them."""
        try:
            with self.database.read() as session:
                query = select(ProjectChannel.channel_id).where(ProjectChannel.removed_at.is_(None))
                return list(session.scalars(query.order_by(ProjectChannel.id)))
        except SQLAlchemyError:
            return None

    def channel_finding(self, channel_id: str) -> Finding | None:
        """What is wrong with a registered channel, None if nothing is."""
        try:
            channel = self.slack.conversations_info(channel=channel_id).get("channel") or {}
        except (SlackApiError, OSError, HTTPException) as error:
            return _todo(_CHANNEL_UNKNOWN, channel=channel_id, error=_code(error))
        name = channel.get("name") or channel_id
        if channel.get("is_archived"):
            return _todo(_CHANNEL_ARCHIVED, channel=name)
        if not channel.get("is_member"):
            return _todo(_BOT_NOT_IN, channel=name)
        return None

    def _queues(self) -> Iterator[Finding]:
        now = self.clock.now()
        with self.database.read() as session:
            oldest = inbox.oldest_pending(session)
            waiting = inbox.count(session, InboxState.PENDING)
            dead = inbox.count(session, InboxState.DEAD)
            unsaid = delivery.count_unsaid(
                session, failed_after=now - REFUSED_LATELY, open_before=now - BACKLOG_AFTER
            )
            refused = refusal.since(session, now - REFUSED_LATELY)
        late = oldest is not None and now - oldest > BACKLOG_AFTER
        yield _todo(_BACKLOG, count=waiting) if late else _ok(_NO_BACKLOG)
        yield _todo(_DEAD, count=dead) if dead else _ok(_NO_DEAD)
        yield _todo(_UNSAID, count=unsaid) if unsaid else _ok(_ALL_SAID)
        for one in refused:
            yield _todo(_REFUSED[Reason(one.reason)], count=one.count)
        for digest in self._late_digests():
            local = digest.due_at.astimezone(self.settings.timezone)
            yield _todo(_LATE_DIGEST, moment=f"{local:%Y-%m-%d %H:%M}")

    def _late_digests(self) -> list[LateDigest]:
        zone, now = self.settings.timezone, self.clock.now()
        with self.database.read() as session:
            teams = team_ids(session)
            return [late for team_id in teams for late in overdue(session, team_id, zone, now)]

    def _history(self) -> Iterator[Finding]:
        """What of Slack's history is known, and what can't be read of it."""
        now, zone = self.clock.now(), self.settings.timezone
        with self.database.read() as session:
            teams = session.scalars(select(Workspace).order_by(Workspace.team_id)).all()
            found = [
                (team, coverage(session, team.team_id, now - REFUSED_LATELY, now)) for team in teams
            ]
        for team, covered in found:
            if covered.channels:
                yield from _rests_on(covered, zone, team.url)
        for team, _ in found:
            yield from self._subscriptions(team.team_id)

    def _subscriptions(self, team_id: str) -> Iterator[Finding]:
        """What the app may not be subscribed to: no event of it comes while Slack can be heard."""
        now = self.clock.now()
        with self.database.read() as session:
            posts, reactions = unheard(session, team_id, now - REFUSED_LATELY, now)
        if posts:
            yield _todo(_POSTS_UNHEARD, count=posts)
        if reactions:
            yield _todo(_REACTIONS_UNHEARD, count=reactions)

    def _people(self) -> Iterator[Finding]:
        now = self.clock.now()
        with self.database.read() as session:
            offices = session.scalar(
                select(func.count())
                .select_from(Tenure)
                .where(Tenure.since <= now, or_(Tenure.until.is_(None), Tenure.until > now))
            )
            audiences = session.scalar(
                select(func.count())
                .select_from(DigestAudience)
                .where(DigestAudience.removed_at.is_(None))
            )
        yield _ok(_OFFICES, count=offices) if offices else _todo(_NO_OFFICE)
        yield _ok(_AUDIENCES, count=audiences) if audiences else _todo(_NO_AUDIENCE)

    def _clock_skew(self, date: str | None) -> Iterator[Finding]:
        if date is None:
            return
        try:
            theirs = parsedate_to_datetime(date).astimezone(UTC)
        except ValueError:
            return
        skew = abs(self.clock.now() - theirs)
        seconds = round(skew.total_seconds())
        yield _todo(_SKEW, seconds=seconds) if skew > CLOCK_SKEW else _ok(_CLOCK)


def check(
    checkup: Checkup, each_channel: Callable[[list[str]], Iterator[str]]
) -> Iterator[Finding]:
    """Everything, in the order in which it has to be put right.

    `each_channel` goes through the channels and may show how far it is.
    """
    yield from checkup.database_findings()
    of_slack = list(checkup.slack_findings())
    yield from of_slack
    channels = checkup.channels()
    if channels is None or not of_slack[0].ok:
        return  # the first line of the database, or of Slack, says why
    wrong = [f for f in map(checkup.channel_finding, each_channel(channels)) if f is not None]
    yield from wrong
    if not wrong:
        yield _ok(_CHANNELS, count=len(channels))


def _rests_on(covered: Coverage, zone: tzinfo, url: str) -> Iterator[Finding]:
    """A line for each thing that was in the way. What was read again since is in order."""
    closed = tuple(one for one in covered.missing if one.is_closed)
    still_open = tuple(one for one in covered.missing if not one.is_closed)
    found = [Finding(True, text) for text in _troubles(Coverage(missing=closed), zone, url)]
    rest = replace(covered, missing=still_open)
    found += [Finding(False, text) for text in _troubles(rest, zone, url)]
    yield from found or [_ok(_ALL_READ)]


def _troubles(covered: Coverage, zone: tzinfo, url: str) -> list[Text]:
    ja, en = (troubles(covered, Style(language, zone, url)) for language in LANGUAGES)
    return [Text(ja=one, en=other) for one, other in zip(ja, en, strict=True)]


def _ok(text: Text, **values: object) -> Finding:
    return Finding(True, text.filled(**values))


def _todo(text: Text, **values: object) -> Finding:
    return Finding(False, text.filled(**values))


def _scopes(granted: str | None) -> Finding:
    if granted is None:  # not Slack itself: nothing to compare with
        return _ok(_SCOPES_UNKNOWN)
    missing = {scope.name for scope in SCOPES} - {name.strip() for name in granted.split(",")}
    if missing:
        return _todo(_SCOPES_MISSING, scopes=", ".join(sorted(missing)))
    return _ok(_SCOPES)


def _code(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or error.response.status_code)
    return str(error) if isinstance(error, UnpromisedError) else type(error).__name__


_DATABASE = Text(
    ja="データベースにつながり、最新の形です。", en="The database is there and current."
)
_NO_DATABASE = Text(
    ja="データベースにつながりません（{error}）。DATABASE_URL を確かめてください。",
    en="The database can't be reached ({error}). Check DATABASE_URL.",
)
_NOT_MIGRATED = Text(
    ja="データベースがまだ最新の形ではありません。`python app.py` を一度起動してください。",
    en="The database is not up to date yet. Start `python app.py` once.",
)
_BOT_TOKEN = Text(
    ja="ボットトークンが使えます（{team} の {user}）。",
    en="The bot token works ({user} in {team}).",
)
_NO_BOT_TOKEN = Text(
    ja="ボットトークンが使えません（{error}）。SLACK_BOT_TOKEN を確かめてください。",
    en="The bot token does not work ({error}). Check SLACK_BOT_TOKEN.",
)
_SCOPES = Text(ja="必要な権限がそろっています。", en="All scopes are granted.")
_SCOPES_UNKNOWN = Text(
    ja="権限の一覧は返ってきませんでした。", en="The list of scopes was not returned."
)
_SCOPES_MISSING = Text(
    ja="権限が足りません: {scopes}。Slackのアプリ設定で追加し、アプリを入れ直してください。",
    en="Scopes are missing: {scopes}. Add them in the app's settings and reinstall the app.",
)
_SOCKET = Text(ja="ソケットモードでつながります。", en="Socket Mode works.")
_NO_SOCKET = Text(
    ja="ソケットモードでつながりません（{error}）。SLACK_APP_TOKEN を確かめてください。",
    en="Socket Mode does not work ({error}). Check SLACK_APP_TOKEN.",
)
_CLOCK = Text(ja="このマシンの時計は合っています。", en="This machine's clock is right.")
_SKEW = Text(
    ja="このマシンの時計が{seconds}秒ずれています。時刻の同期（NTP）を確かめてください。",
    en="This machine's clock is off by {seconds} s. Check its time synchronisation (NTP).",
)
_CHANNELS = Text(
    ja="登録された{count}個のチャンネルすべてに参加しています。",
    en="The bot is in all {count} registered channels.",
)
_BOT_NOT_IN = Text(
    ja="#{channel} に参加していません。チャンネルで `/invite @iine` と入力してください。",
    en="The bot is not in #{channel}. Type `/invite @iine` there.",
)
_CHANNEL_ARCHIVED = Text(
    ja="#{channel} はアーカイブされています。プロジェクトを `/project 終了` で終えてください。",
    en="#{channel} is archived. End its project with `/project close`.",
)
_CHANNEL_UNKNOWN = Text(
    ja="チャンネル {channel} を確かめられません（{error}）。ボットを招待し直してください。",
    en="The channel {channel} can't be looked at ({error}). Invite the bot again.",
)
_NO_BACKLOG = Text(ja="届いた出来事はすべて記録済みです。", en="Everything received is recorded.")
_BACKLOG = Text(
    ja="{count}件が記録されずに待っています。`python app.py` が動いているか確かめてください。",
    en="{count} events wait to be recorded. Check that `python app.py` is running.",
)
_NO_DEAD = Text(ja="記録できなかったものはありません。", en="Nothing failed to be recorded.")
_DEAD = Text(
    ja="{count}件を記録できませんでした。inbox 表の state が dead の行に理由があります。",
    en="{count} events could not be recorded. The rows with state dead in inbox say why.",
)
_REFUSED = {
    Reason.OTHER_WORKSPACE: Text(
        ja="ほかのワークスペースのイベントが、これまでに{count}件届きました。記録していません。"
        "iineのアプリを入れるワークスペースを、Slackのアプリ設定で1つにしてください。",
        en="{count} events of other workspaces came so far; they are not recorded. "
        "Install iine's app in this one workspace only.",
    ),
    Reason.OTHER_APP: Text(
        ja="ほかのアプリあてのイベントが、これまでに{count}件届きました。記録していません。"
        "SLACK_BOT_TOKEN と SLACK_APP_TOKEN が同じアプリのものか確かめてください。",
        en="{count} events for another app came so far; they are not recorded. "
        "Check that SLACK_BOT_TOKEN and SLACK_APP_TOKEN belong to the same app.",
    ),
}
_ALL_SAID = Text(ja="送れなかったものはありません。", en="Nothing failed to be sent.")
_UNSAID = Text(
    ja="{count}件を送れていません。理由とできることは `python app.py deliveries` で分かります。",
    en="{count} messages are not sent. `python app.py deliveries` says why, and what to do.",
)
_LATE_DIGEST = Text(
    ja="{moment} のダイジェストが、まだ届いていません。"
    "`python app.py deliveries` とログを見てください。",
    en="The digest of {moment} has not arrived. See `python app.py deliveries` and the log.",
)
_ALL_READ = Text(
    ja="Slackの履歴と照らし合わせてあります。この7日間、途切れた時間はありません。",
    en="It agrees with Slack's history. Nothing was interrupted in the last seven days.",
)
_COMPARE = Text(
    ja="イベントの購読が足りないのかもしれません。Slackのアプリ設定の Event Subscriptions を、"
    "`python app.py manifest` の bot_events と見比べてください。",
    en="The app may lack an event subscription. Compare Event Subscriptions in the app's settings "
    "with bot_events in `python app.py manifest`.",
)
_POSTS_UNHEARD = Text(
    ja="この7日間に、Slackから知らせが来ず、あとで履歴から見つけた投稿や返信が{count}件あります。"
    + _COMPARE.ja,
    en="Messages of the last seven days of which Slack told nothing, found in its history later: "
    "{count}. " + _COMPARE.en,
)
_REACTIONS_UNHEARD = Text(
    ja="この7日間のリアクションの知らせが、Slackから1件も来ていません。"
    "{count}件は、あとで履歴から見つけました。" + _COMPARE.ja,
    en="Slack told of no reaction in the last seven days; {count} were found in its history later. "
    + _COMPARE.en,
)
_OFFICES = Text(ja="役職に就いている人が{count}人います。", en="{count} offices are held.")
_NO_OFFICE = Text(
    ja="役職がまだありません。`/office 任命 市長 @名前` で任命してください。",
    en="No office is held yet. Name someone with `/office assign Mayor @name`.",
)
_AUDIENCES = Text(
    ja="ダイジェストの送り先が{count}件あります。", en="Digests go to {count} places."
)
_NO_AUDIENCE = Text(
    ja="ダイジェストの送り先がまだありません。`/digest 送り先 #チャンネル` で決めてください。",
    en="Digests have nowhere to go yet. Choose with `/digest to #channel`.",
)
