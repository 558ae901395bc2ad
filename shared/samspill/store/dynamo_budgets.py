"""Rate budgets in DynamoDB: one item per key, shared by everybody who calls on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from samspill.errors import BusyError, RateLimitedError
from samspill.ports import Clock
from samspill.store import budget as arithmetic
from samspill.store import keys
from samspill.store.budget import Budget, BudgetRule, Window
from samspill.store.dynamo import ConditionFailedError, Item, Table

_TRIES = 10


class DynamoBudgets:
    """See `ports.Budgets`.

    Calls are taken by one conditional update. Only a new window, a correction or a pause changes the whole item, on the
    revision that was seen last; who is behind is told the present item by the refusal and tries again.
    """

    def __init__(self, table: Table, clock: Clock, rule: Callable[[str], BudgetRule]) -> None:
        """Use the limits that `rule` names for a key until the vendor tells better."""
        self._table, self._clock, self._rule = table, clock, rule
        self._seen: dict[str, tuple[Budget, int]] = {}

    def lease(self, key: str, want: int) -> int:
        """See `Budgets.lease`."""
        want = max(want, 1)
        if self._take(key, want):
            return want
        taken = 0

        def take(budget: Budget) -> Budget:
            nonlocal taken
            after, taken = arithmetic.take(budget, self._rule(key), self._now_ms(), want)
            return after

        try:
            self._change(key, take)
        except RateLimitedError:
            raise self._queued_up(key) from None
        return taken

    def correct(self, key: str, *, limit: int, remaining: int, reset_s: float) -> None:
        """See `Budgets.correct`. Costs nothing while the answer tells no more than was seen already."""
        rule, now_ms = self._rule(key), self._now_ms()
        self._change(
            key,
            lambda budget: arithmetic.correct(budget, rule, now_ms, limit=limit, remaining=remaining, reset_s=reset_s),
        )

    def pause(self, key: str, seconds: float) -> None:
        """See `Budgets.pause`."""
        self._change(key, lambda budget: arithmetic.pause(budget, self._now_ms(), seconds))

    def _queued_up(self, key: str) -> RateLimitedError:
        """Return the refusal with the caller's own turn; where all are refused at once, with the next window."""
        rule, now_ms = self._rule(key), self._now_ms()
        turn_ms = now_ms

        def queue_up(budget: Budget) -> Budget:
            nonlocal turn_ms
            after, turn_ms = arithmetic.queue_up(budget, rule, now_ms)
            return after

        with suppress(BusyError):
            self._change(key, queue_up)
        return arithmetic.exhausted(turn_ms, now_ms)

    def _now_ms(self) -> int:
        return arithmetic.epoch_ms(self._clock.now())

    def _take(self, key: str, want: int) -> bool:
        """Take all of `want` out of the window that is open, in one call; else learn how things stand."""
        now = {"N": str(self._now_ms())}
        names = _names(self._rule(key))
        spend = ", ".join(f"{left} = {left} - :want" for _, left, _ in names)
        is_open = " AND ".join(f"{ends} > :now AND {left} >= :want" for _, left, ends in names)
        try:
            answer = self._table.call(
                "update_item",
                TableName=self._table.name,
                Key=_key(key),
                UpdateExpression=f"SET {spend}, rev = rev + :one",
                ConditionExpression=f"{is_open} AND paused_ms <= :now",
                ExpressionAttributeValues={":want": {"N": str(want)}, ":one": {"N": "1"}, ":now": now},
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ConditionFailedError as failed:
            self._learn(key, failed.item)
            return False
        self._learn(key, answer["Attributes"])
        return True

    def _change(self, key: str, change: Callable[[Budget], Budget]) -> None:
        for _ in range(_TRIES):
            before, revision = self._seen.get(key) or (Budget.under(self._rule(key)), 0)
            after = change(before)
            if after == before:
                return
            try:
                self._put(key, after, revision)
            except ConditionFailedError as failed:
                self._learn(key, failed.item)
            else:
                self._seen[key] = (after, revision + 1)
                return
        raise BusyError(f"too many callers at the budget {key}")

    def _put(self, key: str, budget: Budget, revision: int) -> None:
        item: Item = {
            **_key(key),
            "rev": {"N": str(revision + 1)},
            **_windows(self._rule(key), budget),
            "paused_ms": {"N": str(budget.paused_ms)},
            "line_ms": {"N": str(budget.line_ms)},
        }
        held = {"ExpressionAttributeValues": {":rev": {"N": str(revision)}}} if revision else {}
        self._table.call(
            "put_item",
            TableName=self._table.name,
            Item=item,
            ConditionExpression="rev = :rev" if revision else "attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **held,
        )

    def _learn(self, key: str, item: Item | None) -> None:
        if item is None:
            self._seen.pop(key, None)
            return
        rule = self._rule(key)
        known = [
            # A limit that the version before did not know has its first window ahead.
            Window(*(_number(item, name) for name in names)) if names[0] in item else Window(each.limit)
            for each, names in zip(rule.every, _names(rule), strict=True)
        ]
        budget = Budget(tuple(known), _number(item, "paused_ms"), _number(item, "line_ms"))
        self._seen[key] = (budget, _number(item, "rev"))


def _names(rule: BudgetRule) -> list[tuple[str, str, str]]:
    """Return what is stored of each window: limit, calls left, end. The first one's names have no number."""
    marks = ["", *(f"_{number}" for number in range(2, len(rule.every) + 1))]
    return [(f"allowed{mark}", f"unspent{mark}", f"ends_ms{mark}") for mark in marks]


def _windows(rule: BudgetRule, budget: Budget) -> Item:
    stored: Item = {}
    for window, names in zip(budget.windows, _names(rule), strict=True):
        numbers = (window.limit, window.left, window.ends_ms)
        stored |= {name: {"N": str(number)} for name, number in zip(names, numbers, strict=True)}
    return stored


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0


def _key(key: str) -> Item:
    return {"pk": {"S": keys.budget(key)}, "sk": {"S": "BUDGET"}}
