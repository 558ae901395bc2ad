"""From a write to what is sent. Pure."""

from __future__ import annotations

from typing import Any

from samspill.connectors.contract.kinds import Kind
from samspill.connectors.fitting import check_complete, check_fit
from samspill.errors import RejectedError
from samspill.ports import VendorWrite
from samspill.reasons import Reason


def body_of(kind: Kind, write: VendorWrite) -> dict[str, Any]:
    """Return the body of a create, or what is to change.

    Raises:
        MappingError: a value cannot be taken over.
        RejectedError: the contract says that the vendor takes no such value or no such record, or it does not let it
            be archived.
    """
    is_new, profile = write.external_id is None, kind.profile
    if is_new and not kind.creatable:
        raise _refused("not_creatable", kind)
    if write.archive and not kind.archive:
        raise _refused("not_changeable", kind)
    if is_new:
        check_complete(profile.system, kind.mapped, write.fields)
    check_fit(profile.system, profile.fits.get(kind.name, {}), write.fields)
    body = kind.mapped.write(write.fields, create=is_new)
    if is_new and write.marker:
        body[profile.marker] = write.marker
    return {**body, **(kind.archive if write.archive else {})}


def _refused(code: str, kind: Kind) -> RejectedError:
    reason = Reason(code, {"what": kind.name, "system": kind.profile.system})
    return RejectedError(f"{kind.name}: {code}", reason=reason)
