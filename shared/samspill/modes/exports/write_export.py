"""A file, written message by message: what is due is listed, the file is written, then the ledger is told.

1. *list*: the links of the stream are looked through in the order of their ids. Each slice of rows is stored under the
   hash of its content, and the run notes the hash, once: whoever does the slice again finds the rows that count.
2. *write*: the file is written from those slices in one go. It appears whole or not at all; written again, it is the
   same file.
3. *note*: slice by slice, each record's link is told what the file holds of it. After the last slice the file is shown
   to people.

One file of a stream is written at a time. Whoever begins one while another was left half done has that finished first:
so no record is in two files, and none is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import orjson

from samspill.canon.values import Fields
from samspill.engine.model import Link, Result, Side
from samspill.errors import BusyError
from samspill.export_files import ExportFile, FileStatus
from samspill.flows.flow import Stream
from samspill.messages import LogOutcomes
from samspill.modes.exports.rules.csv_text import columns, lines
from samspill.modes.exports.rules.due import due, exported
from samspill.modes.exports.tasks import WriteExport
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import JournalEntry, Run
from samspill.work import chain
from samspill.work.context import open_flow
from samspill.work.keeping import keep
from samspill.work.snapshots import folder

ROWS = 2_000
"""Rows of a slice, about: the links of so many are stored in half a minute."""
LOOKED = 20_000
"""Links that one message looks at."""
PAGE = 1_000
MOST_SLICES = 250
"""Of one file. What is due beyond it goes into the next."""
AGAIN_S = 30
"""How long a file waits for another one to be finished."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class _Slice:
    """Rows of a file, as they were listed."""

    rows: list[tuple[str, Fields]]
    """Link id and fields."""
    after: str
    """The link that was looked at last."""
    is_last: bool


def write_export(world: World, message: WriteExport) -> None:
    """Do the message's part of a file, unless another message did; then send the next message."""
    run = world.runs.get(message.flow_key, message.run)
    if run is None:
        return
    writing = _Writing(world, message, run, open_flow(world, message.flow_key).flow.stream(message.stream))
    if chain.has_gone_on(run, *writing.link):
        return
    file = world.files.begin(writing.new_file()) if not message.number else world.files.writing(message.stream_key)
    if file is None or (file.run != run.id and message.number):
        return  # it is done
    if file.run != run.id:
        writing.finish_first(file)
    elif message.stage == "list":
        writing.list_rows(file)
    elif message.stage == "write":
        writing.write(file)
    else:
        writing.note_rows(file)


class _Writing:
    """One message's part of a file."""

    def __init__(self, world: World, message: WriteExport, run: Run, stream: Stream) -> None:
        self._world, self._message, self._run, self._stream = world, message, run, stream

    @property
    def link(self) -> tuple[str, int, str]:
        """The link of the chain that this message is."""
        return self._chain, self._message.number, self._message.chain

    @property
    def _chain(self) -> str:
        return f"export/{self._stream.name}"

    @property
    def _source(self) -> Side:
        return self._stream.source or Side.LEFT

    def new_file(self) -> ExportFile:
        """Return the file that this run writes."""
        message, began = self._message, self._run.started_at
        name = f"{self._stream.name}-{began:%Y-%m-%d-%H%M%S}"
        return ExportFile(
            tenant=message.tenant,
            flow=message.flow,
            stream=message.stream,
            id=f"{self._run.id}-{message.stream}",
            run=self._run.id,
            name=f"{name}.csv",
            key=f"files/{message.tenant}/{message.flow}/{self._run.id}/{message.stream}.csv",
            begun_at=self._world.clock.now(),
        )

    def finish_first(self, other: ExportFile) -> None:
        """Have a file finished that was left half done, or is still being written; come again later."""
        run = self._world.runs.get(other.flow_key, other.run)
        if run is None:  # it is kept for months
            self._world.files.finish(other, keep=False)
        else:
            done = run.notes.get(self._chain, "-1 ").partition(" ")[0]
            stage = "list" if other.status is FileStatus.LISTING else "note"
            noted = run.count(self._stream.name, "noted")
            listed = run.count(self._stream.name, "slices")
            update = {"run": run.id, "stage": stage, "number": int(done) + 1, "chain": self._world.ids.new()}
            update |= {"slice": noted if stage == "note" else listed, "after": self._after(run, listed)}
            self._world.queues.send([self._message.model_copy(update=update)])
        again = self._message.model_copy(update={"waits": self._message.waits + 1})
        self._world.queues.send([again], delay_s=AGAIN_S)

    def _after(self, run: Run, listed: int) -> str:
        return self._slice(run, listed - 1).after if listed else ""

    # --- 1: list -----------------------------------------------------------------------------------------------------

    def list_rows(self, file: ExportFile) -> None:
        """Store one slice of what is due, and go on to the next one, or to write the file."""
        number, after = self._message.slice, self._run
        if _slice_note(self._stream.name, number) not in self._run.notes:
            noted = self._list(number)
            if noted is None or chain.has_gone_on(noted, *self.link):
                return
            after = noted
        listed = self._slice(after, number)
        if not (listed.is_last or number + 1 >= MOST_SLICES):
            self._go_on(stage="list", slice=number + 1, after=listed.after)
        elif after.count(self._stream.name, "listed"):
            self._go_on(stage="write")
        else:
            self._end(file, Reason("nothing_to_export", {"stream": self._stream.name}))

    def _list(self, number: int) -> Run | None:
        """Store the slice, then note it, once."""
        rows, after, is_last = self._look()
        body = orjson.dumps({"rows": rows, "after": after, "last": is_last}, default=dict)
        digest = hashlib.blake2b(body, digest_size=12).hexdigest()
        self._world.blobs.put(self._blob(self._run, digest), body)
        name = self._stream.name
        counters = {f"{name}.slices": 1, f"{name}.listed": len(rows)}
        return self._note(counters, {_slice_note(name, number): digest})

    def _look(self) -> tuple[list[tuple[str, Fields]], str, bool]:
        """Return the next rows, the link that was looked at last, and whether it is the last one of all."""
        rows: list[tuple[str, Fields]] = []
        after, looked = self._message.after, 0
        while looked < LOOKED and len(rows) < ROWS:
            links = self._world.links.following(self._message.stream_key, after, PAGE)
            rows += [(link.id, fields) for link in links if (fields := due(link, self._source)) is not None]
            after = links[-1].id if links else after
            looked += len(links)
            if len(links) < PAGE:
                return rows, after, True
        return rows, after, False

    # --- 2: write ----------------------------------------------------------------------------------------------------

    def write(self, file: ExportFile) -> None:
        """Write the whole file from its slices; it is the same however often it is written."""
        header, name = columns(self._stream.rules.fields), self._stream.name
        if file.status is FileStatus.LISTING:
            size_bytes = self._world.file_store.put(file.key, lines(header, self._rows()))
            rows = self._run.count(name, "listed")
            update = {"status": FileStatus.WRITTEN, "rows": rows, "size_bytes": size_bytes}
            self._world.files.save(file.model_copy(update=update))
        after = self._note({f"{name}.files": 1})
        if after is not None and not chain.has_gone_on(after, *self.link):
            self._go_on(stage="note", slice=0)

    def _rows(self) -> Iterator[tuple[str, Fields]]:
        """Yield external id and fields of every row, slice by slice."""
        start = len(f"{self._source}-")
        for number in range(self._run.count(self._stream.name, "slices")):
            yield from ((link_id[start:], fields) for link_id, fields in self._slice(self._run, number).rows)

    # --- 3: note -----------------------------------------------------------------------------------------------------

    def note_rows(self, file: ExportFile) -> None:
        """Tell the ledger of one slice; after the last one, show the file."""
        number, name = self._message.slice, self._stream.name
        count = self._run.count(name, "slices")
        rows = dict(self._slice(self._run, number).rows) if number < count else {}
        if not any(self._told(file, rows) for _ in range(TRIES)):
            raise BusyError(f"records of {file.id} are changed all the time")
        after = self._note({f"{name}.written": len(rows), f"{name}.noted": 1})
        if after is None or chain.has_gone_on(after, *self.link):
            return
        if number + 1 < count:
            self._go_on(stage="note", slice=number + 1)
            return
        names = {"count": str(file.rows), "file": file.name, "id": file.id}
        self._end(file, Reason("export_written", names), keep=True)

    def _told(self, file: ExportFile, rows: Mapping[str, Fields]) -> bool:
        """Store the links of a slice as exported; tell whether all of them are."""
        found = self._world.links.get(file.stream_key, list(rows))
        names = {"name": file.name}
        after = [exported(link, self._source, rows[link.id], file.id, names) for link in found.values()]
        commits = [LinkCommit(link) for link in after if not _is_told(found[link.id], link)]
        held, blamed = keep(self._world, file.stream_key, commits) if commits else ([], {})
        return all(ok or index in blamed for index, ok in enumerate(held))

    # --- the chain ---------------------------------------------------------------------------------------------------

    def _note(self, counters: Mapping[str, int], notes: Mapping[str, str] = MappingProxyType({})) -> Run | None:
        """Note what this message did, once, and that it did it."""
        message = self._message
        once = f"{self._chain}/{message.number}"
        return self._world.runs.note(self._run.key, self._run.id, counters, once, chain.note_of(*self.link) | {**notes})

    def _go_on(self, **update: object) -> None:
        names = {"number": self._message.number + 1, "chain": self._world.ids.new(), "waits": 0, "turn": 0}
        self._world.queues.send([self._message.model_copy(update={**names, **update})])

    def _end(self, file: ExportFile, reason: Reason, *, keep: bool = False) -> None:
        """Tell what came of it, then show the file, if there is one. Done again, it changes nothing."""
        line = JournalEntry(
            at=self._world.clock.now(),
            stream=file.stream,
            link="",
            result=Result.APPLIED if keep else Result.UNCHANGED,
            reason=reason,
            run=file.run,
            trigger=self._message.trigger,
        )
        told = LogOutcomes(tenant=file.tenant, flow=file.flow, id=f"export/{file.id}", entries=(line,))
        self._world.queues.send([told])
        self._world.runs.add(self._run.key, self._run.id, {f"{self._stream.name}.ended": 1}, f"{self._chain}/ended")
        self._world.files.finish(file.model_copy(update={"status": FileStatus.DONE}), keep=keep)

    def _slice(self, run: Run, number: int) -> _Slice:
        """Return a slice as it was listed."""
        body = self._world.blobs.get(self._blob(run, run.notes[_slice_note(self._stream.name, number)]))
        assert body is not None, "a slice is kept for a month"
        told = orjson.loads(body)
        return _Slice([(link_id, fields) for link_id, fields in told["rows"]], told["after"], told["last"])

    def _blob(self, run: Run, digest: str) -> str:
        return f"{folder(run)}/{self._stream.name}/export/{digest}"


def _slice_note(stream: str, number: int) -> str:
    return f"export/{stream}/{number:04}"


def _is_told(before: Link, after: Link) -> bool:
    return (before.attempt, before.base, before.outcome) == (after.attempt, after.base, after.outcome)
