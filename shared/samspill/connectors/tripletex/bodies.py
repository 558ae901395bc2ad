"""From a write to what is sent. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from samspill.connectors.fitting import check_complete, check_fit
from samspill.connectors.mapping import Mapped
from samspill.connectors.tripletex.errors import TABLE, lacking
from samspill.connectors.tripletex.kinds import Kind, Verb
from samspill.errors import RejectedError
from samspill.ports import VendorWrite
from samspill.reasons import Reason


def verb_of(kind: Kind, write: VendorWrite) -> Verb:
    """Return POST for a create, DELETE for what is archived by that, PUT for the rest."""
    if write.external_id is None:
        return "POST"
    return "DELETE" if write.archive and kind.deleted else "PUT"


def is_idempotent(write: VendorWrite) -> bool:
    """Tell whether doing it twice is harmless, because it names the version it was made on."""
    return write.external_id is not None and write.version is not None


def body_of(
    kind: Kind, mapped: Mapped, settings: Mapping[str, str], write: VendorWrite, needed: Collection[str] = ()
) -> dict[str, Any]:
    """Return the body: only the fields to set, beside id and version of a change; nothing for what is deleted.

    `needed` are settings that this company cannot do without, beside those that none can.

    Raises:
        MappingError: a value cannot be taken over.
        RejectedError: Tripletex lets nobody change or archive such a record from outside, requires more of a new one
            than it has, or takes no text as long.
    """
    if verb_of(kind, write) == "DELETE":
        return {}
    check_fit(TABLE.system, kind.fits, write.fields)
    body = mapped.write(write.fields, create=write.external_id is None)
    if write.external_id is None:
        filled = {wire: {"id": int(settings[name])} for wire, name in kind.settings.items() if settings.get(name)}
        check_complete(TABLE.system, mapped, write.fields)
        made = {**kind.defaults, **filled, **body}
        needs = kind.needs | {wire for wire, setting in kind.settings.items() if setting in needed}
        for wire in sorted(needs - made.keys()):
            raise _lacks(mapped.names[wire], lacking(wire, kind.settings[wire]).told)
        return made
    if not kind.changeable or (write.archive and not kind.archive):
        raise _fixed(mapped.what)
    for name in sorted(kind.fixed & write.fields.keys()):
        raise _fixed(f"{mapped.what}.{name}", name)
    version = {} if write.version is None else {"version": write.version.order}
    return {"id": int(write.external_id), **version, **body, **(kind.archive if write.archive else {})}


def _lacks(field: str, told: Mapping[str, str]) -> RejectedError:
    reason = Reason("default_required", {"system": TABLE.system, "field": field, **told})
    return RejectedError(f"{field}: neither given nor set for the connection", reason=reason, field=field)


def _fixed(what: str, field: str | None = None) -> RejectedError:
    reason = Reason("not_changeable", {"system": "Tripletex", "what": what})
    return RejectedError(f"{what} cannot be changed", reason=reason, field=field)
