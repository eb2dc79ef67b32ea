"""What this process counts, and what it shows of the database, for Prometheus.

https://prometheus.io/docs/practices/naming
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.health.state import State

# docs.slack.dev/apis/events-api/using-socket-mode: "disconnect" messages
_REASONS = frozenset({"warning", "refresh_requested", "link_disabled", "too_many_websockets"})
# Slack waits three seconds (docs.slack.dev/apis/events-api).
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)


class Metrics:
    """Everything that one process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._received = Counter(
            "iine_events_received",
            "Events from Slack, kept or not; what could not be kept comes again.",
            ["outcome"],
            registry=self.registry,
        )
        self._applied = Counter(
            "iine_events_applied", "Events applied by this process.", registry=self.registry
        )
        self._dead = Counter(
            "iine_events_dead",
            "Events that this process has given up applying.",
            registry=self.registry,
        )
        self._refused = Counter(
            "iine_requests_refused", "Requests refused.", ["reason"], registry=self.registry
        )
        self._answered = Histogram(
            "iine_acknowledgement_seconds",
            "From an event, command or press to its acknowledgement.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._goodbyes = Counter(
            "iine_connection_ends",
            "Connections that Slack has ended.",
            ["reason"],
            registry=self.registry,
        )
        self._reconnects = Counter(
            "iine_reconnects", "Connections opened after one was lost.", registry=self.registry
        )
        for outcome in ("kept", "failed"):
            self._received.labels(outcome)

    def received(self, outcome: str) -> None:
        """An event came: kept or failed."""
        self._received.labels(outcome).inc()

    def applied(self, applied: int, dead: int) -> None:
        """Events were applied, or given up."""
        self._applied.inc(applied)
        self._dead.inc(dead)

    def refused(self, reason: str) -> None:
        """A request was refused, for one of a few reasons."""
        self._refused.labels(reason).inc()

    def answered(self, seconds: float) -> None:
        """Something was acknowledged after so long."""
        self._answered.observe(seconds)

    def goodbye(self, reason: str) -> None:
        """Slack has ended a connection."""
        self._goodbyes.labels(reason if reason in _REASONS else "other").inc()

    def reconnected(self) -> None:
        """A connection stands again."""
        self._reconnects.inc()

    def show(self, look: Callable[[], State | None], is_connected: Callable[[], bool]) -> None:
        """Have the state of the database and of the connection shown as well."""
        self.registry.register(_Shown(look, is_connected))

    def as_text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


class _Shown(Collector):
    def __init__(self, look: Callable[[], State | None], is_connected: Callable[[], bool]) -> None:
        self._look = look
        self._is_connected = is_connected

    def describe(self) -> Iterator[Metric]:
        """Nothing is looked up only to be registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges of now."""
        state = self._look()
        yield _gauge(
            "iine_connected", "Whether Slack can reach this process.", self._is_connected()
        )
        yield _gauge("iine_database_up", "Whether the database answers.", state is not None)
        if state is None:
            return
        yield _gauge("iine_inbox_waiting", "Events that wait to be applied.", state.waiting)
        yield _gauge("iine_inbox_dead", "Events that could not be applied.", state.dead)
        oldest = state.oldest_waiting or 0.0
        yield _gauge("iine_inbox_oldest_seconds", "Age of the oldest event that waits.", oldest)
        deliveries = GaugeMetricFamily(
            "iine_deliveries", "Messages that are not sent, by state.", labels=["state"]
        )
        for name, count in state.deliveries.items():
            deliveries.add_metric([name], count)
        yield deliveries
        not_ours = CounterMetricFamily(
            "iine_events_not_ours",
            "Events of other workspaces and apps: acknowledged, and kept nowhere.",
            labels=["reason"],
        )
        for name, count in state.not_ours.items():
            not_ours.add_metric([name], count)
        yield not_ours
        yield _gauge("iine_digests_late", "Digests that are late.", state.late_digests)
        yield _gauge("iine_gaps_open", "Gaps that are not closed.", state.open_gaps)
        if state.last_digest is not None:
            made = state.last_digest.timestamp()
            yield _gauge("iine_last_digest_timestamp_seconds", "When one was last made.", made)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=float(value))
