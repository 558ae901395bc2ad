"""Every key shape of the tables, in one place.

Parts may hold any text: the separator and the escape sign are percent-encoded, so that keys never run into each other.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from samspill.engine.model import Side, link_id

if TYPE_CHECKING:
    from samspill.state import FlowKey, StreamKey

SEPARATOR = "#"
TENANTS = "TENANTS"
"""Partition of the tenants' names."""
AUDIENCE = "AUDIENCE"
"""Sort key of those who are told."""
LONGEST_KEY = 300
"""Characters of a key that go into a partition's name, of which DynamoDB takes 2048 bytes."""


def join(*parts: str) -> str:
    """Return the parts as one key."""
    return SEPARATOR.join(part.replace("%", "%25").replace(SEPARATOR, "%23") for part in parts)


def split(key: str) -> list[str]:
    """Return the parts that `join` joined."""
    return [part.replace("%23", SEPARATOR).replace("%25", "%") for part in key.split(SEPARATOR)]


def links(stream: StreamKey) -> str:
    """Partition of a stream's links and pointers."""
    return join("LINK", *stream)


def record(side: Side, external_id: str) -> str:
    """Sort key of a record: there lies its link, or a pointer to it. Equal to the id of a link that began there."""
    return link_id(side, external_id)


def indexed(stream: StreamKey, side: Side, key: str) -> str:
    """Partition of the records of a side that have a key. A key that is too long for one is named by its hash."""
    named = key if len(key) <= LONGEST_KEY else blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return join("KEY", *stream, side, named)


def stream_of(partition: str) -> StreamKey:
    """Return the stream whose links lie in this partition."""
    from samspill.state import StreamKey

    return StreamKey(*split(partition)[1:])


def status(flow: FlowKey, result: str) -> str:
    """Partition of the index over links that ended in a result."""
    return join(*flow, result)


def tenant(name: str) -> str:
    """Partition of a tenant's connections and flows."""
    return join("TENANT", name)


def account(name: str) -> str:
    """Partition of the connections to one account of a vendor, whose ever they are. A long name goes by its hash."""
    return join("ACCOUNT", name if len(name) <= LONGEST_KEY else blake2b(name.encode(), digest_size=16).hexdigest())


def connection(connection_id: str) -> str:
    """Sort key of a connection; of none, the beginning of them all."""
    return join("CONNECTION", connection_id)


def flow(name: str) -> str:
    """Sort key of a flow; of none, the beginning of them all."""
    return join("FLOW", name)


def runs(flow: FlowKey) -> str:
    """Partition of a flow's runs."""
    return join("RUN", *flow)


def once(flow: FlowKey, run_id: str) -> str:
    """Partition of what was added to a run already."""
    return join("ONCE", *flow, run_id)


def cursors(stream: StreamKey) -> str:
    """Partition of a stream's cursors."""
    return join("CURSOR", *stream)


def lease(name: str) -> str:
    """Partition of a lease."""
    return join("LEASE", name)


def quota(name: str) -> str:
    """Partition of a quota."""
    return join("QUOTA", name)


def line(stream: StreamKey) -> str:
    """Partition of the records of a stream that wait in line, and of their reader."""
    return join("LINE", *stream)


def told(stream: StreamKey, record: str) -> str:
    """Partition of a record that is being read for a hint."""
    return join("TOLD", *stream, record)


def notices(tenant: str) -> str:
    """Partition of what a tenant is told of, and of who is told; of none, the installation's."""
    return join("NOTICE", tenant)


def notice(place: tuple[str, str, str]) -> str:
    """Sort key of a notice."""
    return join("NOTICE", *place)


def budget(name: str) -> str:
    """Partition of a rate budget."""
    return join("BUDGET", name)


def files(flow: FlowKey) -> str:
    """Partition of the files of a flow."""
    return join("FILE", *flow)


def file_link(hashed: str) -> str:
    """Partition of a link to a file."""
    return join("FILE-LINK", hashed)


def journal(flow: FlowKey, day: str) -> str:
    """Partition of a flow's journal of one day."""
    return join(*flow, day)


def decisions(tenant: str) -> str:
    """Partition of what people decided for a tenant. No flow's journal begins so: ids of flows have small letters."""
    return join(tenant, "DECISIONS")
