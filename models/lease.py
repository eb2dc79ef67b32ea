"""Which of several processes does a thing that one alone may do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.database import insert

# Renewed several times in this time. Whoever dies holds it no longer than this, so that another
# has taken over within half a minute.
LEASE = timedelta(seconds=20)

NAME_LENGTH = 200
HOLDER_LENGTH = 64


class Lease(Base):
    """A thing to do (`name`), the process that does it (`holder`), and until when it is its own."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    holder: Mapped[str] = mapped_column(String(HOLDER_LENGTH))
    until: Mapped[datetime]


def take(session: Session, name: str, holder: str, now: datetime, for_: timedelta = LEASE) -> bool:
    """Take a lease, or renew one's own; False if another holds it.

    Who holds it has to renew it before `now + for_` and to stop where that fails. The clocks of
    all processes have to agree within a few seconds.
    """
    statement = insert(session, Lease).values(name=name, holder=holder, until=now + for_)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "until": now + for_},
        where=or_(Lease.holder == holder, Lease.until <= now),
    )
    return session.execute(statement.returning(Lease.name)).scalar() is not None


def give_up(session: Session, name: str, holder: str) -> None:
    """Let another have it at once; nothing happens if it was not one's own."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def clear(session: Session, begins: str, now: datetime) -> None:
    """Forget those leases that nobody holds any more and whose name begins so."""
    old = Lease.name.startswith(begins, autoescape=True) & (Lease.until <= now)
    session.execute(delete(Lease).where(old))
