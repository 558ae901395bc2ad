"""Why a record ended as it did: a code and its parameters.

Outcomes, errors, reviews and the journal carry a `Reason`; `samspill.texts` makes the sentence when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

type Language = Literal["nb", "en", "de"]
LANGUAGES: tuple[Language, ...] = ("nb", "en", "de")
MOST_CHARACTERS = 2_000
"""Of one parameter, and of the vendor's words: reasons lie on links and in the journal."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code (`reason.<code>` in the language files) with the values that its sentence names.

    `vendor` holds the vendor's own words and request id, kept beside ours and never instead of them. `because` is the
    reason of another record that this one hangs on.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    vendor: str | None = None
    because: Reason | None = None

    def __post_init__(self) -> None:
        """Cut what nobody would read to its end: a value of a megabyte, a page of HTML instead of a message."""
        if self.vendor and len(self.vendor) > MOST_CHARACTERS:
            object.__setattr__(self, "vendor", _cut(self.vendor))
        if any(len(value) > MOST_CHARACTERS for value in self.params.values()):
            object.__setattr__(self, "params", {name: _cut(value) for name, value in self.params.items()})

    def filled(self, **params: str) -> Reason:
        """Return the reason with values for those parameters that it has none for."""
        return replace(self, params={**params, **self.params})

    def about_setting(self, connection: str, flow: str) -> Reason:
        """Return the reason with whose setting it is, where it tells a person to set one."""
        return self.filled(connection=connection, flow=flow) if "setting" in self.params else self

    def told_with(self, **params: str) -> Reason:
        """Return the reason with other values for those parameters that it has."""
        return replace(self, params={**self.params, **{name: params[name] for name in params if name in self.params}})

    def to_json(self) -> dict[str, Any]:
        """Return the shape that messages and tables hold."""
        out: dict[str, Any] = {"code": self.code}
        if self.params:
            out["params"] = dict(self.params)
        if self.vendor:
            out["vendor"] = self.vendor
        if self.because:
            out["because"] = self.because.to_json()
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reason:
        """Read what `to_json` wrote."""
        because = cls.from_json(data["because"]) if data.get("because") else None
        return cls(data["code"], data.get("params", {}), data.get("vendor"), because)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
