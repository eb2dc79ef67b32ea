"""Several presses at the very same moment, from several threads."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import select

from bot.core import emoji
from models.delivery import Delivery
from models.notice import Notice
from models.reaction import Reaction
from sandbox import Sandbox, SandboxClock
from tests.databases import Connected, Lend
from tests.recognition.test_any_order import MONDAY, World

PRESSES = 4


def test_presses_at_once_are_presses_one_after_the_other(
    lend_database: Lend, connected: Connected
) -> None:
    with lend_database() as url, connected.to(url) as database:
        clock = SandboxClock(MONDAY)
        with Sandbox(clock=clock) as slack:
            world = World(slack, clock, database)
            start, failed = Barrier(2 * PRESSES + 1), list[BaseException]()

            def press(leader: int) -> None:
                start.wait(10)
                try:
                    world.toggles(leader, 0)
                except Exception as error:
                    failed.append(error)

            def edit() -> None:
                start.wait(10)
                world.edit(0)
                world.hear_all()

            presses = [Thread(target=press, args=(n % 2,)) for n in range(2 * PRESSES)]
            workers = [*presses, Thread(target=edit)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join(30)
            assert failed == []
            clock.advance(timedelta(minutes=1))
            world.come_to_an_end()
            with database.read() as session:
                likes = select(Reaction.present).where(Reaction.name == emoji.DIGEST_LIKE)
                assert list(session.scalars(likes)) == [False, False]
                assert list(session.scalars(select(Notice))) == []
                states = set(session.scalars(select(Delivery.state)))
            assert world.threads() == {}
            assert states <= {"sent", "dropped"}
