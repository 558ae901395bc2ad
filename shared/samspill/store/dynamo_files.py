"""Files and links to them in DynamoDB. The one file of a stream that is being written has a place of its own."""

from __future__ import annotations

from itertools import islice
from typing import Any

from samspill.errors import ConflictError
from samspill.export_files import ExportFile, FileLink, FileStatus
from samspill.state import FlowKey, StreamKey
from samspill.store import keys
from samspill.store.dynamo import Item, Table

_SHOWN, _WRITING, _LINK = "FILE", "WRITING", "-"
_NEW = "attribute_not_exists(pk)"


class DynamoFiles:
    """See `ports.FileRegistry`."""

    def __init__(self, table: Table) -> None:
        """Keep documents in the state table."""
        self._table = table

    def begin(self, file: ExportFile) -> ExportFile:
        """See `FileRegistry.begin`."""
        begun = file.model_copy(update={"revision": 1})
        if self._table.put_if(_item(begun), _NEW):
            return begun
        return self.writing(file.stream_key) or self.begin(file)  # the other one was finished that very moment

    def writing(self, stream: StreamKey) -> ExportFile | None:
        """See `FileRegistry.writing`."""
        item = self._table.get(keys.files(stream.of_flow), keys.join(_WRITING, stream.stream))
        return ExportFile.model_validate_json(item["body"]["S"]) if item else None

    def finish(self, file: ExportFile, *, keep: bool) -> None:
        """See `FileRegistry.finish`. Shown first: who dies before the next one may begin is repeated."""
        if keep:
            self._table.put_if(_item(file.model_copy(update={"status": FileStatus.DONE, "revision": 1})), _NEW)
        place = {"pk": {"S": keys.files(file.flow_key)}, "sk": {"S": keys.join(_WRITING, file.stream)}}
        values = {":file": {"S": file.id}}
        self._table.tried(
            "delete_item", Key=place, ConditionExpression="file_id = :file", ExpressionAttributeValues=values
        )

    def get(self, flow: FlowKey, file_id: str) -> ExportFile | None:
        """See `FileRegistry.get`."""
        item = self._table.get(keys.files(flow), keys.join(_SHOWN, file_id))
        return ExportFile.model_validate_json(item["body"]["S"]) if item else None

    def latest(self, flow: FlowKey, limit: int) -> list[ExportFile]:
        """See `FileRegistry.latest`."""
        more: dict[str, Any] = {"ScanIndexForward": False, "Limit": limit, "ConsistentRead": True}
        items = self._table.query(keys.files(flow), sk_prefix=keys.join(_SHOWN, ""), **more)
        return [ExportFile.model_validate_json(item["body"]["S"]) for item in islice(items, limit)]

    def save(self, file: ExportFile) -> ExportFile:
        """See `FileRegistry.save`."""
        saved = file.model_copy(update={"revision": file.revision + 1})
        if not self._table.put_if(_item(saved), "rev = :rev AND file_id = :file", _at(file.revision, file.id)):
            raise ConflictError(f"file {file.id} is no longer at revision {file.revision}")
        return saved

    def remove(self, flow: FlowKey, limit: int) -> int:
        """See `FileRegistry.remove`. The links first: one that no file names any more could not be found."""
        items = self._table.query(keys.files(flow), ConsistentRead=True, Limit=limit)
        for item in islice(items, limit):
            for hashed in ExportFile.model_validate_json(item["body"]["S"]).links:
                self._table.clear(keys.file_link(hashed), 1)
        return self._table.clear(keys.files(flow), limit)

    def link(self, hashed: str) -> FileLink | None:
        """See `FileRegistry.link`."""
        item = self._table.get(keys.file_link(hashed), _LINK)
        return FileLink.model_validate_json(item["body"]["S"]) if item else None

    def save_link(self, link: FileLink) -> FileLink:
        """See `FileRegistry.save_link`."""
        saved = link.model_copy(update={"revision": link.revision + 1})
        item: Item = {
            "pk": {"S": keys.file_link(link.hash)},
            "sk": {"S": _LINK},
            "rev": {"N": str(saved.revision)},
            "file_id": {"S": link.file},
            "body": {"S": saved.model_dump_json()},
        }
        condition, values = (_NEW, None) if not link.revision else ("rev = :rev", {":rev": {"N": str(link.revision)}})
        if not self._table.put_if(item, condition, values):
            raise ConflictError(f"a link to {link.file} is no longer at revision {link.revision}")
        return saved


def _item(file: ExportFile) -> Item:
    place = keys.join(_SHOWN, file.id) if file.status is FileStatus.DONE else keys.join(_WRITING, file.stream)
    return {
        "pk": {"S": keys.files(file.flow_key)},
        "sk": {"S": place},
        "rev": {"N": str(file.revision)},
        "file_id": {"S": file.id},
        "body": {"S": file.model_dump_json()},
    }


def _at(revision: int, file: str) -> Item:
    return {":rev": {"N": str(revision)}, ":file": {"S": file}}
