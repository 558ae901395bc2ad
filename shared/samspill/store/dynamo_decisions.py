"""What people decided, in the journal's table: a partition per tenant, kept for years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from samspill.decisions import DecisionLine
from samspill.ports import Clock
from samspill.store import keys
from samspill.store.dynamo import Table

YEARS = 5
"""How long decisions are kept where the stack does not say: as long as Norwegian law has vouchers kept."""
_YEAR = timedelta(days=365.25)


class DynamoDecisions:
    """See `ports.Decisions`. A line's key says all that the line says, so no other line ever takes its place."""

    def __init__(self, table: Table, clock: Clock, *, keep_years: int = YEARS) -> None:
        """Keep decisions in the journal's table, for so many years from when each was written."""
        self._table, self._clock, self._keep = table, clock, keep_years * _YEAR

    def write(self, line: DecisionLine) -> None:
        """See `Decisions.write`."""
        item = {
            "pk": {"S": keys.decisions(line.tenant)},
            "sk": {"S": keys.join(_moment(line.asked_at), line.of, line.digest)},
            "body": {"S": line.model_dump_json()},
            "expires_at": {"N": str(int((line.at + self._keep).timestamp()))},
        }
        self._table.put_if(item, "attribute_not_exists(pk)")

    def read(self, tenant: str, since: datetime, until: datetime) -> Iterator[DecisionLine]:
        """See `Decisions.read`. Lines past their time are not told, although the table removes them later."""
        names = {"#pk": "pk", "#sk": "sk"}
        first = max(since, self._clock.now() - self._keep)
        values = {":pk": keys.decisions(tenant), ":first": _moment(first), ":last": _moment(until) + "~"}
        items = self._table.query(
            keys.decisions(tenant),
            ScanIndexForward=False,
            ConsistentRead=True,
            KeyConditionExpression="#pk = :pk AND #sk BETWEEN :first AND :last",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={name: {"S": value} for name, value in values.items()},
        )
        return (DecisionLine.model_validate_json(item["body"]["S"]) for item in items)

    def change(self, tenant: str, change: Callable[[DecisionLine], DecisionLine]) -> int:
        """See `Decisions.change`. Its key, made from what a line said at first, stays."""
        changed = 0
        for item in self._table.query(keys.decisions(tenant), ConsistentRead=True):
            line = DecisionLine.model_validate_json(item["body"]["S"])
            if (new := change(line)) != line:
                body = new.model_copy(update={"decision": line.of}).model_dump_json()
                self._table.put_if({**item, "body": {"S": body}}, "body = :old", {":old": item["body"]})
                changed += 1
        return changed


def _moment(at: datetime) -> str:
    """Return the time in a form that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
