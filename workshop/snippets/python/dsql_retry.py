"""Transactions on Amazon Aurora DSQL that survive conflicts, lost connections and lost COMMITs. Copy it, it is yours.

Works with every DB-API 2.0 driver (psycopg, psycopg2) and needs nothing else. DSQL takes no locks: it checks at COMMIT whether another
transaction was first, and then answers SQLSTATE 40001 (OC000: data, OC001: schema). Nothing was applied, so the whole transaction is run
again: on a fresh connection, after a random wait that grows. What a COMMIT came to whose answer was lost, only the data can tell: give
such work a key, and use ``run_once``.

    def connect():
        token = client.generate_db_connect_auth_token(Hostname=host, Region=region)
        return psycopg.connect(host=host, dbname="postgres", user="app", password=token,
                               sslmode="verify-full", sslrootcert="system")

    with_transaction(connect, lambda connection: transfer(connection, payer, payee, amount))
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Optional, TypeVar

T = TypeVar("T")
Connect = Callable[[], Any]


@dataclass(frozen=True)
class RetryOptions:
    """How often and how fast to try again."""

    max_attempts: int = 5
    #: Upper bound of the first wait, doubled for each further one.
    base_delay_s: float = 0.05
    #: Upper bound of every wait.
    max_delay_s: float = 5.0
    #: Called before each wait with the failed attempt's number (from 1), the wait and the error; count it, so that hot rows show.
    on_retry: Optional[Callable[[int, float, BaseException], None]] = None


class CommitOutcomeUnknown(Exception):
    """COMMIT was sent and its answer never came: it took effect, or it did not. Look before you send it again."""


class ConnectError(Exception):
    """The connection could not be made: wrong credentials do not get better by trying."""


class RolledBack(Exception):
    """COMMIT answered ROLLBACK: a statement had failed, and ``work`` swallowed its error."""


def is_occ_conflict(error: BaseException) -> bool:
    """Whether another transaction won: 40001 on the error or on one of its causes, because ORMs wrap the driver's error."""
    return any(state in ("40001", "OC000", "OC001") for state in _sqlstates(error))


def with_transaction(connect: Connect, work: Callable[[Any], T], options: RetryOptions = RetryOptions()) -> T:
    """Run ``work(connection)`` in a transaction, and all of it again after a conflict or a connection lost before COMMIT.

    ``work`` must do nothing that cannot be done twice (no mails, no calls of other services), must read inside what it needs, and must
    neither commit nor roll back. ``connect`` makes a connection that is not in autocommit mode. Raises ``CommitOutcomeUnknown``, the
    last conflict when all attempts met one, or what ``work`` raises.
    """
    return _retrying(options, lambda error: is_occ_conflict(error) or _is_lost(error), lambda: _attempt(connect, work))


PROCESSED_REQUESTS_DDL = """CREATE TABLE IF NOT EXISTS processed_requests (
  key uuid PRIMARY KEY,
  result jsonb,
  processed_at timestamptz NOT NULL DEFAULT now()
)"""


def run_once(connect: Connect, key: str, work: Callable[[Any], T], options: RetryOptions = RetryOptions()) -> T:
    """Like ``with_transaction``, and exactly once for each ``key`` (a UUID) however often it is called.

    The key and the result (as JSON keeps it) are written by the transaction itself, so a COMMIT with an unknown outcome is simply run
    again and finds out. The caller makes the key, and sends the same one with each repetition of its request.
    """

    def keyed(connection: Any) -> T:
        cursor = connection.cursor()
        cursor.execute("SELECT result::text FROM processed_requests WHERE key = %s", (key,))
        row = cursor.fetchone()
        if row is not None:
            return json.loads(row[0])
        result = work(connection)
        cursor.execute("INSERT INTO processed_requests (key, result) VALUES (%s, %s)", (key, json.dumps(result)))
        return result

    def again(error: BaseException) -> bool:
        # two calls with one key at once: the loser may get 23505 instead of 40001
        return isinstance(error, CommitOutcomeUnknown) or "23505" in _sqlstates(error)

    return _retrying(options, again, lambda: with_transaction(connect, keyed, options))


def backoff_s(attempt: int, options: RetryOptions = RetryOptions()) -> float:
    """Full jitter: anywhere between nothing and a bound that doubles up to the cap, so that losers do not meet again."""
    return random.random() * min(options.max_delay_s, options.base_delay_s * 2 ** min(attempt - 1, 30))


def _attempt(connect: Connect, work: Callable[[Any], T]) -> T:
    try:
        connection = connect()
    except Exception as error:
        raise ConnectError("cannot connect to the cluster") from error
    try:
        result = work(connection)
        _commit(connection)
        return result
    finally:
        # a fresh connection for each attempt; one that is closed with a transaction open is rolled back by the server
        try:
            connection.close()
        except Exception:
            pass


def _commit(connection: Any) -> None:
    # by a statement, and not by commit(): its command tag tells a COMMIT from a ROLLBACK
    cursor = connection.cursor()
    try:
        cursor.execute("COMMIT")
    except Exception as error:
        if _is_lost(error) or "XX000" in _sqlstates(error):
            raise CommitOutcomeUnknown("the connection was lost during COMMIT") from error
        raise
    if getattr(cursor, "statusmessage", "COMMIT") != "COMMIT":
        raise RolledBack("the transaction was rolled back: a statement in it had failed")


def _retrying(options: RetryOptions, retryable: Callable[[BaseException], bool], attempt: Callable[[], T]) -> T:
    number = 1
    while True:
        try:
            return attempt()
        except Exception as error:
            if number >= options.max_attempts or not retryable(error):
                raise
            delay = backoff_s(number, options)
            if options.on_retry is not None:
                options.on_retry(number, delay, error)
        time.sleep(delay)
        number += 1


def _is_lost(error: BaseException) -> bool:
    """The connection ended in mid-transaction: the server said so (08…, 57P…), or the socket did (no SQLSTATE at all)."""
    if isinstance(error, (ConnectError, CommitOutcomeUnknown)):
        return False
    states = list(_sqlstates(error))
    if states:
        return any(state.startswith("08") or state.startswith("57P") for state in states)
    return any(type(link).__name__ in ("OperationalError", "InterfaceError") or isinstance(link, OSError) for link in _causes(error))


def _sqlstates(error: BaseException) -> Iterator[str]:
    for link in _causes(error):
        # psycopg and asyncpg: sqlstate, psycopg2: pgcode
        state = getattr(link, "sqlstate", None) or getattr(link, "pgcode", None)
        if isinstance(state, str):
            yield state


def _causes(error: BaseException) -> Iterator[BaseException]:
    link: Optional[BaseException] = error
    for _ in range(10):
        if link is None:
            return
        yield link
        # SQLAlchemy keeps the driver's error in orig
        link = getattr(link, "orig", None) or link.__cause__ or link.__context__
