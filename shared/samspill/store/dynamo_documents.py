"""Connections, flows, runs and the journal in DynamoDB."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from samspill.ports import Clock
from samspill.state import Connection, FlowKey, FlowState, JournalEntry, Run, RunStatus
from samspill.store import documents, keys
from samspill.store.dynamo import Item, Table

KEEP_DAYS = 90
_ENTRIES = TypeAdapter(tuple[JournalEntry, ...])
_COUNTER = "c:"


class DynamoRegistry:
    """See `ports.Registry`."""

    def __init__(self, table: Table) -> None:
        """Keep documents in the state table."""
        self._table = table

    def connection(self, tenant: str, connection_id: str) -> Connection:
        """See `Registry.connection`."""
        item = self._table.get(keys.tenant(tenant), keys.join("CONNECTION", connection_id))
        if item is None:
            raise documents.no_connection(tenant, connection_id)
        return Connection.model_validate_json(item["body"]["S"])

    def connections(self, tenant: str) -> list[Connection]:
        """See `Registry.connections`."""
        return [Connection.model_validate_json(body) for body in self._bodies(tenant, "CONNECTION")]

    def save_connection(self, connection: Connection) -> Connection:
        """See `Registry.save_connection`."""
        saved = connection.model_copy(update={"revision": connection.revision + 1})
        if not self._save(saved.tenant, keys.join("CONNECTION", saved.id), saved):
            raise documents.changed(connection)
        return saved

    def flow(self, key: FlowKey) -> FlowState:
        """See `Registry.flow`."""
        item = self._table.get(keys.tenant(key.tenant), keys.join("FLOW", key.flow))
        if item is None:
            raise documents.no_flow(key)
        return FlowState.model_validate_json(item["body"]["S"])

    def flows(self, tenant: str) -> list[FlowState]:
        """See `Registry.flows`."""
        return [FlowState.model_validate_json(body) for body in self._bodies(tenant, "FLOW")]

    def save_flow(self, flow: FlowState) -> FlowState:
        """See `Registry.save_flow`."""
        saved = flow.model_copy(update={"revision": flow.revision + 1})
        if not self._save(saved.tenant, keys.join("FLOW", saved.flow), saved):
            raise documents.changed(flow)
        return saved

    def _bodies(self, tenant: str, kind: str) -> Iterator[str]:
        for item in self._table.query(keys.tenant(tenant), ConsistentRead=True):
            if keys.split(item["sk"]["S"])[0] == kind:
                yield item["body"]["S"]

    def _save(self, tenant: str, sk: str, document: Connection | FlowState) -> bool:
        item = {
            "pk": {"S": keys.tenant(tenant)},
            "sk": {"S": sk},
            "rev": {"N": str(document.revision)},
            "body": {"S": document.model_dump_json()},
        }
        if document.revision == 1:
            return self._table.put_if(item, "attribute_not_exists(pk)")
        return self._table.put_if(item, "rev = :rev", {":rev": {"N": str(document.revision - 1)}})


class DynamoRuns:
    """See `ports.Runs`. Counters are attributes of their own, so that they are added to without a read."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep runs in the state table."""
        self._table, self._clock = table, clock

    def _expires(self) -> dict[str, str]:
        return {"N": str(int((self._clock.now() + timedelta(days=KEEP_DAYS)).timestamp()))}

    def start(self, run: Run) -> None:
        """See `Runs.start`."""
        body = run.model_dump_json(exclude={"counters", "status", "stage", "ended_at"})
        item = {
            "pk": {"S": keys.runs(run.key)},
            "sk": {"S": run.id},
            "body": {"S": body},
            "status": {"S": run.status.value},
            "stage": {"N": str(run.stage)},
            "expires_at": self._expires(),
        }
        self._table.put_if(item, "attribute_not_exists(pk)")

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        """See `Runs.get`."""
        item = self._table.get(keys.runs(key), run_id) if run_id else None
        return _run(item) if item is not None else None

    def latest(self, key: FlowKey, limit: int = 10) -> list[Run]:
        """See `Runs.latest`."""
        out: list[Run] = []
        for item in self._table.query(keys.runs(key), ScanIndexForward=False, Limit=limit, ConsistentRead=True):
            out.append(_run(item))
            if len(out) == limit:
                break
        return out

    def add(self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str) -> Run | None:
        """See `Runs.add`."""
        names = {f"#c{i}": f"{_COUNTER}{name}" for i, name in enumerate(counters)}
        values = {f":c{i}": {"N": str(count)} for i, count in enumerate(counters.values())}
        adds = ", ".join(f"#c{i} :c{i}" for i in range(len(counters)))
        update: dict[str, Any] = {
            "TableName": self._table.name,
            "Key": {"pk": {"S": keys.runs(key)}, "sk": {"S": run_id}},
            "UpdateExpression": f"ADD {adds}",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
        marker = {"pk": {"S": keys.once(key, run_id)}, "sk": {"S": once}, "expires_at": self._expires()}
        put = {"TableName": self._table.name, "Item": marker, "ConditionExpression": "attribute_not_exists(pk)"}
        if counters:
            # Blamed or done, the run is read as it now is.
            self._table.transact([{"Put": put}, {"Update": update}])
        return self.get(key, run_id)

    def move(self, run: Run, *, status: RunStatus, stage: int, ended_at: datetime | None = None) -> bool:
        """See `Runs.move`."""
        sets = "SET #status = :status, stage = :stage" + (", ended_at = :ended" if ended_at else "")
        values: Item = {
            ":status": {"S": status.value},
            ":stage": {"N": str(stage)},
            ":was": {"S": run.status.value},
            ":at": {"N": str(run.stage)},
        }
        if ended_at:
            values[":ended"] = {"S": ended_at.isoformat()}
        try:
            self._table.call(
                "update_item",
                TableName=self._table.name,
                Key={"pk": {"S": keys.runs(run.key)}, "sk": {"S": run.id}},
                UpdateExpression=sets,
                ConditionExpression="#status = :was AND stage = :at",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=values,
            )
        except ClientError:
            return False
        return True


def _run(item: Item) -> Run:
    counters = {name[len(_COUNTER) :]: int(value["N"]) for name, value in item.items() if name.startswith(_COUNTER)}
    more = {"counters": counters, "status": item["status"]["S"], "stage": int(item["stage"]["N"])}
    if "ended_at" in item:
        more["ended_at"] = item["ended_at"]["S"]
    return Run.model_validate({**orjson.loads(item["body"]["S"]), **more})


class DynamoJournal:
    """See `ports.Journal`. One item per batch: a line costs a fraction of a write."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep the journal in its own table."""
        self._table, self._clock = table, clock

    def append(self, key: FlowKey, batch: str, entries: Sequence[JournalEntry]) -> None:
        """See `Journal.append`. The same batch comes with the same entries, so it lands on the same key."""
        if not entries:
            return
        at = entries[0].at
        expires = int((at + timedelta(days=KEEP_DAYS)).timestamp())
        item = {
            "pk": {"S": keys.journal(key, at.strftime("%Y-%m-%d"))},
            "sk": {"S": f"{at.isoformat()}#{batch}"},
            "entries": {"B": gzip.compress(_ENTRIES.dump_json(tuple(entries)), mtime=0)},
            "expires_at": {"N": str(expires)},
        }
        self._table.put_if(item, "attribute_not_exists(pk)")

    def read(self, key: FlowKey, since: datetime, until: datetime) -> Iterator[JournalEntry]:
        """See `Journal.read`."""
        since = max(since, self._clock.now() - timedelta(days=KEEP_DAYS))
        seen: set[str] = set()
        day = until
        while day.date() >= since.date():
            for item in self._table.query(keys.journal(key, day.strftime("%Y-%m-%d")), ScanIndexForward=False):
                batch = item["sk"]["S"].partition("#")[2]
                if batch in seen:
                    continue  # told twice, after a crash: once is enough
                seen.add(batch)
                entries = _ENTRIES.validate_json(gzip.decompress(bytes(item["entries"]["B"])))
                yield from (entry for entry in reversed(entries) if since <= entry.at <= until)
            day -= timedelta(days=1)
