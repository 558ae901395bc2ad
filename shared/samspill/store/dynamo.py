"""The little of DynamoDB that the stores use, with its errors in our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from samspill.errors import BusyError, SamspillError, UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]
"""An item as the API has it: `{"pk": {"S": …}}`."""

BATCH = 100
_ROUNDS = 8
_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "TransactionConflictException",
        "RequestLimitExceeded",
    }
)
CONDITION_FAILED = "ConditionalCheckFailedException"


def translate(error: BotoCoreError | ClientError) -> SamspillError:
    """Return our error for one of AWS's."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    kind = BusyError if code in _BUSY else UnavailableError
    return kind(f"AWS: {code or type(error).__name__}: {_what(error)}")


def _what(error: Exception) -> str:
    """AWS's own sentence, which names the action and the resource it refused."""
    return str(error)[:300]


class Table:
    """One table. The client is made on first use, so that importing costs nothing."""

    def __init__(self, name: str, client: Callable[[], DynamoDBClient]) -> None:
        """Name the table."""
        self.name, self._client = name, client

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call the API; condition failures come as ClientError, everything else in our words."""
        try:
            answer: dict[str, Any] = getattr(self._client(), operation)(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] in {CONDITION_FAILED, "TransactionCanceledException"}:
                raise
            raise translate(error) from error
        except BotoCoreError as error:
            raise translate(error) from error
        return answer

    def get(self, pk: str, sk: str) -> Item | None:
        """Read one item, consistently."""
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        return self.call("get_item", TableName=self.name, Key=key, ConsistentRead=True).get("Item")

    def batch_get(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        """Read many items, consistently, 100 a call; what the table puts off is asked for again."""
        found: list[Item] = []
        unique = list(dict.fromkeys(keys))
        for start in range(0, len(unique), BATCH):
            todo: dict[str, Any] = {
                self.name: {
                    "Keys": [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in unique[start : start + BATCH]],
                    "ConsistentRead": True,
                }
            }
            for _ in range(_ROUNDS):
                answer = self.call("batch_get_item", RequestItems=todo)
                found += answer["Responses"].get(self.name, [])
                todo = answer.get("UnprocessedKeys") or {}
                if not todo:
                    break
            else:
                raise BusyError("the table puts reads off")
        return found

    def query(self, pk: str, *, pk_name: str = "pk", **more: Any) -> Iterator[Item]:
        """Yield a partition's items, page by page."""
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "#pk = :pk",
            "ExpressionAttributeNames": {"#pk": pk_name},
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            **more,
        }
        while True:
            page = self.call("query", **arguments)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put_if(self, item: Item, condition: str, values: Mapping[str, Any] | None = None) -> bool:
        """Put under a condition; tell whether it held."""
        arguments: dict[str, Any] = {"TableName": self.name, "Item": item, "ConditionExpression": condition}
        if values:
            arguments["ExpressionAttributeValues"] = dict(values)
        try:
            self.call("put_item", **arguments)
        except ClientError:
            return False
        return True

    def transact(self, writes: Sequence[dict[str, Any]]) -> list[bool] | None:
        """Carry out writes together. None when done; else which of them were to blame, and nothing was done.

        Raises:
            BusyError: others are at the same items.
        """
        try:
            self.call("transact_write_items", TransactItems=list(writes))
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            blamed = [reason.get("Code") == "ConditionalCheckFailed" for reason in reasons]
            if not any(blamed):
                raise BusyError("others are at the same items") from error
            return blamed
        return None
