"""The little of DynamoDB that the stores use, with its errors in our words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from samspill.errors import UnavailableError
from samspill.store.faults import CANCELED, INVALID, INVALID_ITEM, code_of, is_conflict, reasons_of, translate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]
"""An item as the API has it: `{"pk": {"S": …}}`.

Stores write and read these few attributes themselves and keep the rest as one JSON document. Measured on 100 links:
botocore alone takes 26 ms of CPU to parse them as maps (boto3's deserialiser 3 ms more), and 4 ms as documents."""

BATCH = 100
"""Most keys in one read of many, and most items in one transaction."""
BATCH_OF_WRITES = 25
"""Most puts and deletes in one call without conditions."""
PAUSES_S = (0.02, 0.05, 0.1, 0.2)
"""Before another try when others were at the same items; throttles and outages are retried by botocore itself."""
_CONDITION = "ConditionalCheckFailed"


class ConditionFailedError(Exception):
    """A condition did not hold, and nothing was done.

    `item` is what was there, where that was asked for; `blamed` tells which writes of a transaction were refused.
    """

    def __init__(self, item: Item | None, blamed: Sequence[bool] = ()) -> None:
        """Keep what AWS tells."""
        super().__init__()
        self.item, self.blamed = item, list(blamed)


class ItemRefusedError(Exception):
    """The table takes an item of a transaction at no time: it is too large, or not as it should be."""


class Table:
    """One table. The client is made on first use, so that importing costs nothing."""

    def __init__(
        self, name: str, client: Callable[[], DynamoDBClient], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Name the table."""
        self.name, self._client, self._sleep = name, client, sleep

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call the API, again after a short pause while somebody else is at the same items.

        Raises:
            ConditionFailedError: the write's condition did not hold.
            SamspillError: as `faults.translate` says; ClientError for what only a defect can cause.
        """
        for pause_s in (*PAUSES_S, None):
            try:
                answer: dict[str, Any] = getattr(self._client(), operation)(**arguments)
            except ClientError as error:
                _tell_conditions(error)
                if pause_s is None or not is_conflict(error):
                    raise translate(error) from error
                self._sleep(pause_s)
            except BotoCoreError as error:
                raise translate(error) from error
            else:
                return answer
        raise AssertionError("unreachable: the last try returns or raises")

    def tried(self, operation: str, **arguments: Any) -> bool:
        """Write to this table under a condition; tell whether it held."""
        try:
            self.call(operation, TableName=self.name, **arguments)
        except ConditionFailedError:
            return False
        return True

    def put_if(self, item: Item, condition: str, values: Mapping[str, Any] | None = None) -> bool:
        """Put under a condition; tell whether it held."""
        more = {"ExpressionAttributeValues": dict(values)} if values else {}
        return self.tried("put_item", Item=item, ConditionExpression=condition, **more)

    def put_once(self, put: Mapping[str, Any]) -> bool:
        """Put one item under a condition that it is written for; tell whether it is there now as it was to be.

        botocore sends a call again whose answer got lost; then the condition fails because of the item itself.

        Raises:
            ItemRefusedError: the table takes it at no time.
        """
        try:
            self.call("put_item", **put, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except ConditionFailedError as failed:
            return bool(failed.item == put["Item"])
        except ClientError as error:
            if code_of(error) == INVALID:
                raise ItemRefusedError from error
            raise
        return True

    def get(self, pk: str, sk: str) -> Item | None:
        """Read one item, consistently."""
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        return self.call("get_item", TableName=self.name, Key=key, ConsistentRead=True).get("Item")

    def batch_get(self, keys: Sequence[tuple[str, str]], *, projection: str) -> list[Item]:
        """Read attributes of many items, consistently, 100 a call; what the table puts off is asked for again."""
        found: list[Item] = []
        for part in batched(dict.fromkeys(keys), BATCH, strict=False):
            wanted = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in part]
            found += self._batch_get({"Keys": wanted, "ConsistentRead": True, "ProjectionExpression": projection})
        return found

    def _batch_get(self, wanted: dict[str, Any]) -> list[Item]:
        found: list[Item] = []
        todo: dict[str, Any] = {self.name: wanted}
        for pause_s in (*PAUSES_S, None):
            answer = self.call("batch_get_item", RequestItems=todo)
            got = answer["Responses"].get(self.name, [])
            found += got
            todo = answer.get("UnprocessedKeys") or {}
            if not todo:
                return found
            if not got and pause_s is not None:
                self._sleep(pause_s)
        raise UnavailableError(f"{self.name} puts reads off")

    def batch_write(self, requests: Sequence[dict[str, Any]]) -> None:
        """Carry out puts and deletes without conditions, 25 a call; what the table puts off is sent again.

        A call takes 16 MB, which 25 items of 400 KB never reach.
        """
        for part in batched(requests, BATCH_OF_WRITES, strict=False):
            self._batch_write(part)

    def _batch_write(self, requests: Sequence[dict[str, Any]]) -> None:
        todo: dict[str, Any] = {self.name: list(requests)}
        for pause_s in (*PAUSES_S, None):
            todo = self.call("batch_write_item", RequestItems=todo).get("UnprocessedItems") or {}
            if not todo:
                return
            if pause_s is not None:
                self._sleep(pause_s)
        raise UnavailableError(f"{self.name} puts writes off")

    def query(self, pk: str, *, sk_prefix: str = "", pk_name: str = "pk", **more: Any) -> Iterator[Item]:
        """Yield a partition's items in the order of their sort keys, page by page."""
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "#pk = :pk",
            "ExpressionAttributeNames": {"#pk": pk_name},
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            **more,
        }
        if sk_prefix:
            arguments["KeyConditionExpression"] += " AND begins_with(sk, :sk)"
            arguments["ExpressionAttributeValues"][":sk"] = {"S": sk_prefix}
        while True:
            page = self.call("query", **arguments)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def transact(self, writes: Sequence[dict[str, Any]]) -> list[bool] | None:
        """Carry out writes together. None when done; else which of them failed their condition, and nothing was done.

        botocore gives the call a token, so that its own retries after a broken connection apply it once.

        Raises:
            ItemRefusedError: of one of them, and nothing was done.
        """
        try:
            self.call("transact_write_items", TransactItems=list(writes))
        except ConditionFailedError as failed:
            return failed.blamed
        except ClientError as error:
            if code_of(error) == INVALID or INVALID_ITEM in reasons_of(error):
                raise ItemRefusedError from error
            raise
        return None


def _tell_conditions(error: ClientError) -> None:
    """Raise ConditionFailedError if that is what happened."""
    if code_of(error) == f"{_CONDITION}Exception":
        item: Any = error.response.get("Item")
        raise ConditionFailedError(item) from None
    if code_of(error) == CANCELED:
        blamed = [reason == _CONDITION for reason in reasons_of(error)]
        if any(blamed):
            raise ConditionFailedError(None, blamed) from None
