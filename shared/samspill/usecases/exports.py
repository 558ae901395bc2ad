"""Exports: a run that ends with a file, the files there are, and links to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from samspill.engine.model import Result
from samspill.errors import ConflictError, UsageError
from samspill.export_files import ExportFile, FileLink
from samspill.flows.catalogue import declared
from samspill.flows.flow import EXPORTS
from samspill.modes.exports.page import size
from samspill.modes.exports.rules.tokens import hashed
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, JournalEntry, Run, RunStatus
from samspill.usecases import setup
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.audited import Subject
from samspill.usecases.views.exports import FileLinkView, FileList, FileView
from samspill.work.context import open_flow

FILES = 50
"""So many are listed."""
TRIES = 5
KEPT = timedelta(days=90)
"""How long a file is kept: the bucket's rule. No link to it is good for longer."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was just made. Its address is told once; it cannot be found out later."""

    address: str
    ends_at: datetime
    file: ExportFile


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export has come."""

    run: Run
    streams: tuple[str, ...]
    files: tuple[ExportFile, ...]
    """Those that are there by now."""

    @property
    def read(self) -> int:
        """Records that were read."""
        return self._sum("read")

    @property
    def listed(self) -> int:
        """Records that are new or have changed."""
        return self._sum("listed")

    @property
    def written(self) -> int:
        """Records that are in a file, and noted as such."""
        return self._sum("written")

    @property
    def is_over(self) -> bool:
        """Tell whether every file is written, or will not be."""
        ended = all(self.run.count(stream, "ended") for stream in self.streams)
        return self.run.status is RunStatus.STOPPED or (self.run.status.is_over and ended)

    def _sum(self, name: str) -> int:
        return sum(self.run.count(stream, name) for stream in self.streams)


@needs(Role.OPERATOR)
def run_export(world: World, actor: Actor, key: FlowKey) -> Run:
    """Read the flow's source whole; what is new or has changed since the last file then goes into one.

    Raises:
        UsageError: the flow writes no files, is at rest, or a run is under way.
    """
    _streams(world, key)
    return setup.run(world, actor, key, full=True)


@needs(Role.VIEWER)
def progress(world: World, _actor: Actor, run: Run) -> ExportProgress:
    """Tell how far an export has come."""
    streams = _streams(world, run.key)
    found = (world.files.get(run.key, f"{run.id}-{stream}") for stream in streams)
    files = tuple(file for file in found if file is not None)
    return ExportProgress(world.runs.get(run.key, run.id) or run, streams, files)


@needs(Role.VIEWER)
def files_of(world: World, _actor: Actor, tenant: str, flow: str | None = None) -> list[ExportFile]:
    """Return the files of a flow, or of all flows of a tenant, newest first."""
    keys = [FlowKey(tenant, flow)] if flow else [state.key for state in world.registry.flows(tenant)]
    found = [file for key in keys for file in world.files.latest(key, FILES)]
    return sorted(found, key=lambda file: file.id, reverse=True)[:FILES]


@needs(Role.VIEWER)
def listed(world: World, actor: Actor, tenant: str, flow: str | None = None) -> FileList:
    """Return the files of a flow, or of all flows of a tenant, newest first, and the links to them."""
    return FileList(files=tuple(view(world, file) for file in files_of(world, actor, tenant, flow)))


def view(world: World, file: ExportFile) -> FileView:
    """Return a file as people see it."""
    now = world.clock.now()
    links = tuple(
        FileLinkView(open=each.is_open(now), made_by=each.made_by, ends_at=each.ends_at, fetched=each.fetched)
        for each in links_of(world, file)
    )
    return FileView(
        file=file.id,
        flow=file.flow,
        run=file.run,
        name=file.name,
        rows=file.rows,
        size_bytes=file.size_bytes,
        size=size(file.size_bytes),
        written_at=file.begun_at,
        links=links,
    )


def links_of(world: World, file: ExportFile) -> list[FileLink]:
    """Return the links to a file."""
    return [link for each in file.links if (link := world.files.link(each)) is not None]


def _flow_of_file(world: World, arguments: Mapping[str, Any]) -> Subject:
    return Subject(*find_file(world, arguments["tenant"], arguments["name"]).flow_key)


@needs(Role.OPERATOR, about=_flow_of_file)
def make_link(world: World, actor: Actor, tenant: str, name: str, *, days: int) -> MadeLink:
    """Make a link to a file, by the file's id or its run's: whoever has it may fetch the file, for so many days.

    Raises:
        UsageError: there is no such file, or nobody could reach the link.
    """
    file = find_file(world, tenant, name)
    if not world.hook_url:
        raise UsageError.because("no_address_for_links")
    token, now = world.ids.secret(), world.clock.now()
    link = FileLink(
        hash=hashed(token),
        tenant=tenant,
        flow=file.flow,
        file=file.id,
        key=file.key,
        name=file.name,
        rows=file.rows,
        size_bytes=file.size_bytes,
        made_by=actor.name,
        made_at=now,
        ends_at=min(now + timedelta(days=days), file.begun_at + KEPT),
    )
    # The file first: a link that it does not name could not be revoked.
    saved = world.files.save(file.model_copy(update={"links": (*file.links, link.hash)}))
    world.files.save_link(link)
    names = {"person": actor.name, "file": file.name, "until": f"{link.ends_at:%Y-%m-%d %H:%M} UTC"}
    _tell(world, file, f"link/{link.hash[:16]}", Reason("file_link_made", names))
    return MadeLink(f"{world.hook_url}/files/{token}", link.ends_at, saved)


@needs(Role.OPERATOR, about=_flow_of_file)
def revoke_links(world: World, actor: Actor, tenant: str, name: str) -> int:
    """Revoke every link to a file; return how many were good until now."""
    file = find_file(world, tenant, name)
    now = world.clock.now()
    links = [link for link in links_of(world, file) if link.is_open(now)]
    for link in links:
        _revoke(world, link, actor.name)
    if links:
        names = {"person": actor.name, "file": file.name, "count": str(len(links))}
        _tell(world, file, f"revoked/{now:%Y%m%dT%H%M%S%f}", Reason("file_links_revoked", names))
    return len(links)


def find_file(world: World, tenant: str, name: str) -> ExportFile:
    """Return a file by its id or its run's; UsageError where a tenant has none."""
    for state in world.registry.flows(tenant):
        streams = (stream.name for stream in declared(state.declaration).streams if stream.mode == EXPORTS)
        for each in (name, *(f"{name}-{stream}" for stream in streams)):
            if (file := world.files.get(state.key, each)) is not None:
                return file
    raise UsageError.because("no_such_file", file=name)


def _revoke(world: World, link: FileLink, by: str) -> None:
    """Revoke a link, though somebody may be fetching the file under it."""
    for tried in range(TRIES):
        try:
            world.files.save_link(link.model_copy(update={"revoked_by": by}))
        except ConflictError:
            if tried == TRIES - 1:
                raise
            link = world.files.link(link.hash) or link
        else:
            return


def _streams(world: World, key: FlowKey) -> tuple[str, ...]:
    names = tuple(stream.name for stream in open_flow(world, key).flow.streams if stream.mode == EXPORTS)
    if not names:
        raise UsageError.because("no_exports", flow=key.flow)
    return names


def _tell(world: World, file: ExportFile, name: str, reason: Reason) -> None:
    line = JournalEntry(
        at=world.clock.now(), stream="", link="", label=file.id, result=Result.APPLIED, reason=reason, trigger="manual"
    )
    world.journal.append(file.flow_key, f"export/{file.id}/{name}", [line])
