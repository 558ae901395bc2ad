"""Runs in DynamoDB. Counters are attributes of their own, so that they are added to without a read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice

import orjson

from samspill.ports import Clock
from samspill.state import FlowKey, Run, RunStatus
from samspill.store import keys
from samspill.store.dynamo import Item, Table

KEPT = timedelta(days=90)
MARKS_KEPT = timedelta(days=15)
"""Longer than a dead-letter queue keeps a message that could be added again."""
_COUNTER = "c:"
_NOTE = "n:"
_OWN = {"counters", "notes", "status", "stage", "ended_at", "moved_at"}
"""Fields of a run that change, and so are attributes; the others are one JSON document, `body`."""


class DynamoRuns:
    """See `ports.Runs`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep runs in the state table."""
        self._table, self._clock = table, clock

    def start(self, run: Run) -> None:
        """See `Runs.start`."""
        item = {
            **_key(run.key, run.id),
            "body": {"S": run.model_dump_json(exclude=_OWN)},
            "status": {"S": run.status.value},
            "stage": {"N": str(run.stage)},
            "expires_at": self._expires(KEPT),
            **{f"{_COUNTER}{name}": {"N": str(count)} for name, count in run.counters.items()},
            **{f"{_NOTE}{name}": {"S": text} for name, text in run.notes.items()},
        }
        if run.ended_at:
            item["ended_at"] = {"S": run.ended_at.isoformat()}
        self._table.put_if(item, "attribute_not_exists(pk)")

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        """See `Runs.get`."""
        item = self._table.get(keys.runs(key), run_id) if run_id else None
        return _run(item) if item is not None else None

    def latest(self, key: FlowKey, limit: int = 10) -> list[Run]:
        """See `Runs.latest`."""
        newest = self._table.query(keys.runs(key), ScanIndexForward=False, Limit=limit, ConsistentRead=True)
        return [_run(item) for item in islice(newest, limit)]

    def add(self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str) -> Run | None:
        """See `Runs.add`."""
        return self.note(key, run_id, counters, once, {})

    def note(
        self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str, notes: Mapping[str, str]
    ) -> Run | None:
        """See `Runs.note`."""
        if run_id and counters:
            mark = {"pk": {"S": keys.once(key, run_id)}, "sk": {"S": once}, "expires_at": self._expires(MARKS_KEPT)}
            name = self._table.name
            put = {"TableName": name, "Item": mark, "ConditionExpression": "attribute_not_exists(pk)"}
            update = {
                "TableName": name,
                "Key": _key(key, run_id),
                **_addition(counters, notes, self._clock.now()),
            }
            # Added now, added before or no such run: the read tells.
            self._table.transact([{"Put": put}, {"Update": update}])
        return self.get(key, run_id)

    def move(self, run: Run, *, status: RunStatus, stage: int, ended_at: datetime | None = None) -> bool:
        """See `Runs.move`."""
        values: Item = {
            ":status": {"S": status.value},
            ":stage": {"N": str(stage)},
            ":was": {"S": run.status.value},
            ":at": {"N": str(run.stage)},
            ":moved": {"S": self._clock.now().isoformat()},
        }
        if ended_at:
            values[":ended"] = {"S": ended_at.isoformat()}
        return self._table.tried(
            "update_item",
            Key=_key(run.key, run.id),
            UpdateExpression="SET #status = :status, stage = :stage, moved_at = :moved"
            + (", ended_at = :ended" if ended_at else ""),
            ConditionExpression="#status = :was AND stage = :at",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=values,
        )

    def _expires(self, kept: timedelta) -> dict[str, str]:
        return {"N": str(int((self._clock.now() + kept).timestamp()))}


def _key(key: FlowKey, run_id: str) -> Item:
    return {"pk": {"S": keys.runs(key)}, "sk": {"S": run_id}}


def _addition(counters: Mapping[str, int], notes: Mapping[str, str], now: datetime) -> Item:
    adds = ", ".join(f"#c{i} :c{i}" for i in range(len(counters)))
    sets = "".join(f", #n{i} = :n{i}" for i in range(len(notes)))
    names = {f"#c{i}": f"{_COUNTER}{name}" for i, name in enumerate(counters)}
    values = {f":c{i}": {"N": str(count)} for i, count in enumerate(counters.values())}
    return {
        "UpdateExpression": f"ADD {adds} SET moved_at = :moved{sets}",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeNames": names | {f"#n{i}": f"{_NOTE}{name}" for i, name in enumerate(notes)},
        "ExpressionAttributeValues": values
        | {f":n{i}": {"S": text} for i, text in enumerate(notes.values())}
        | {":moved": {"S": now.isoformat()}},
    }


def _run(item: Item) -> Run:
    counters = {name[len(_COUNTER) :]: int(value["N"]) for name, value in item.items() if name.startswith(_COUNTER)}
    notes = {name[len(_NOTE) :]: value["S"] for name, value in item.items() if name.startswith(_NOTE)}
    own = {"counters": counters, "notes": notes, "status": item["status"]["S"], "stage": int(item["stage"]["N"])}
    own |= {name: item[name]["S"] for name in ("ended_at", "moved_at") if name in item}
    return Run.model_validate(orjson.loads(item["body"]["S"]) | own)
