"""Files and links to them in memory."""

from __future__ import annotations

from collections.abc import Iterable

from samspill.errors import ConflictError
from samspill.export_files import ExportFile, FileLink, FileStatus
from samspill.state import FlowKey, StreamKey
from samspill.store.memory.keeps import remove_first


class MemoryFileStore:
    """Files by key."""

    def __init__(self) -> None:
        """Begin empty."""
        self.held: dict[str, bytes] = {}

    def put(self, key: str, parts: Iterable[bytes]) -> int:
        """See `Files.put`."""
        self.held[key] = b"".join(parts)
        return len(self.held[key])

    def remove(self, prefix: str, limit: int) -> int:
        """See `Files.remove`."""
        return remove_first(self.held, prefix, limit)

    def address(self, key: str, *, name: str, seconds: int) -> str:
        """See `Files.address`."""
        return f"https://files.example/{key}?name={name}&seconds={seconds}"


class MemoryFiles:
    """Documents by place, replaced on their revision."""

    def __init__(self) -> None:
        """Begin empty."""
        self._writing: dict[StreamKey, ExportFile] = {}
        self._shown: dict[tuple[FlowKey, str], ExportFile] = {}
        self._links: dict[str, FileLink] = {}

    def begin(self, file: ExportFile) -> ExportFile:
        """See `FileRegistry.begin`."""
        return self._writing.setdefault(file.stream_key, file.model_copy(update={"revision": 1}))

    def writing(self, stream: StreamKey) -> ExportFile | None:
        """See `FileRegistry.writing`."""
        return self._writing.get(stream)

    def finish(self, file: ExportFile, *, keep: bool) -> None:
        """See `FileRegistry.finish`."""
        if keep:
            shown = file.model_copy(update={"status": FileStatus.DONE, "revision": 1})
            self._shown.setdefault((file.flow_key, file.id), shown)
        found = self._writing.get(file.stream_key)
        if found is not None and found.id == file.id:
            del self._writing[file.stream_key]

    def get(self, flow: FlowKey, file_id: str) -> ExportFile | None:
        """See `FileRegistry.get`."""
        return self._shown.get((flow, file_id))

    def latest(self, flow: FlowKey, limit: int) -> list[ExportFile]:
        """See `FileRegistry.latest`."""
        return [self._shown[key] for key in sorted(self._shown, reverse=True) if key[0] == flow][:limit]

    def save(self, file: ExportFile) -> ExportFile:
        """See `FileRegistry.save`."""
        is_done = file.status is FileStatus.DONE
        found = self.get(file.flow_key, file.id) if is_done else self.writing(file.stream_key)
        if found is None or (found.id, found.revision) != (file.id, file.revision):
            raise ConflictError(f"file {file.id} is no longer at revision {file.revision}")
        saved = file.model_copy(update={"revision": file.revision + 1})
        if is_done:
            self._shown[file.flow_key, file.id] = saved
        else:
            self._writing[file.stream_key] = saved
        return saved

    def remove(self, flow: FlowKey, limit: int) -> int:
        """See `FileRegistry.remove`."""
        shown = [key for key in self._shown if key[0] == flow][:limit]
        writing = [stream for stream in self._writing if stream.of_flow == flow][: limit - len(shown)]
        gone = [*map(self._shown.pop, shown), *map(self._writing.pop, writing)]
        for hashed in (each for file in gone for each in file.links):
            self._links.pop(hashed, None)
        return len(gone)

    def link(self, hashed: str) -> FileLink | None:
        """See `FileRegistry.link`."""
        return self._links.get(hashed)

    def save_link(self, link: FileLink) -> FileLink:
        """See `FileRegistry.save_link`."""
        found = self._links.get(link.hash)
        if (found.revision if found else 0) != link.revision:
            raise ConflictError(f"a link to {link.file} is no longer at revision {link.revision}")
        self._links[link.hash] = link.model_copy(update={"revision": link.revision + 1})
        return self._links[link.hash]
