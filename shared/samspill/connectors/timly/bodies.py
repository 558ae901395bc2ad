"""From a write to what is sent. Pure."""

from __future__ import annotations

from samspill.connectors.fitting import Fit, check_complete, check_fit
from samspill.connectors.mapping import Patch
from samspill.connectors.timly.features import Features
from samspill.connectors.timly.kinds import Kind
from samspill.connectors.timly.mapping import OURS, assigned
from samspill.connectors.timly.profile import FIELDS, SYSTEM
from samspill.errors import RejectedError
from samspill.ports import VendorWrite
from samspill.reasons import Reason

FITS = {"name": Fit(200), "number": Fit(50), "barcode": Fit(100)}
"""What the contract says that an item takes."""
_REFS = FIELDS["items"]["external_refs"]


def body_of(kind: Kind, write: VendorWrite, features: Features) -> Patch:
    """Return the body of a create, or what is to change. The kind of a status stands for a status yet to be looked up.

    Raises:
        MappingError: a value cannot be taken over.
        RejectedError: Timly takes no such record, or does not let the field be changed or the record be archived.
    """
    is_new = write.external_id is None
    if not kind.writable or (write.archive and not kind.archive):
        raise _refused(kind.name)
    if is_new:
        check_complete(SYSTEM, kind.mapped, write.fields)
    for name in kind.fixed & write.fields.keys() if not is_new else ():
        raise _refused(f"{kind.mapped.what}.{name}", name)
    body = kind.mapped.write(write.fields, create=is_new)
    for wire in {FIELDS[kind.name]["place"]} if "place" in FIELDS[kind.name] else ():
        body = assigned(body, wire)
    if _REFS in body and not features.external_references:
        raise _refused(f"{kind.mapped.what}.external_refs", "external_refs")
    if is_new:
        body |= kind.preset
        if write.marker and kind.is_item and features.external_references:
            ours = {"system": OURS, "external_id": write.marker, "url": None}
            body[_REFS] = [*body.get(_REFS, ()), ours]
    return {**body, **(kind.archive if write.archive else {})}


def check(kind: Kind, write: VendorWrite, features: Features) -> None:
    """Raise SamspillError where the write would be refused, by us or by what the contract says that is taken."""
    body_of(kind, write, features)
    if kind.is_item:
        check_fit(SYSTEM, FITS, write.fields)


def _refused(what: str, field: str = "") -> RejectedError:
    reason = Reason("not_changeable", {"what": what, "system": SYSTEM})
    return RejectedError(f"{what} cannot be changed", reason=reason, field=field or None)
