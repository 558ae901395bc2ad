"""Whether what is to be written fits the vendor, as far as that is known without asking it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from samspill.canon.values import Fields
from samspill.connectors.mapping import Mapped
from samspill.errors import RejectedError
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class Fit:
    """What a vendor takes as the text of a field."""

    most: int
    """Characters."""
    shape: str = ""
    """A regular expression that the whole text matches; empty where any text will do."""

    def misfit(self, value: object) -> str:
        """Return what is wrong with a value, in the words of our contracts; empty where it fits."""
        if not isinstance(value, str):
            return ""
        if len(value) > self.most:
            return f"at most {self.most} characters"
        return "" if not self.shape or re.fullmatch(self.shape, value) else f"must match {self.shape}"


def check_fit(system: str, fits: Mapping[str, Fit], fields: Fields) -> None:
    """Raise RejectedError for the first field whose value the vendor does not take.

    `fits` names a part of a field as `field.part`, such as `postal_address.city`.
    """
    for path, fit in fits.items():
        name, _, part = path.partition(".")
        value = fields.get(name)
        if part:
            value = value.get(part) if isinstance(value, Mapping) else None
        if misfit := fit.misfit(value):
            told = f"{part}: {misfit}" if part else misfit
            reason = Reason("field_refused", {"system": system, "field": name, "message": told})
            raise RejectedError(f"{path}: {misfit}", reason=reason, field=name)


def check_complete(system: str, mapped: Mapped, fields: Fields) -> None:
    """Raise RejectedError for the first field that a new record has to have and that is not among `fields`."""
    for name in mapped.required:
        if name not in fields:
            reason = Reason("field_required", {"system": system, "field": name})
            raise RejectedError(f"{mapped.what}.{name} is missing", reason=reason, field=name)
