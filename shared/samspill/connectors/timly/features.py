"""What the real interface may lack: one switch per connection for each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Features:
    """What an account's interface can do. Each is a setting of the connection, `on` unless it says `off`."""

    attribute_filters: bool = True
    """Lists can be narrowed by the value of an attribute. Without, they are read whole and narrowed here."""
    changed_since: bool = True
    """Lists can be narrowed to what changed. Without, every run reads everything."""
    external_references: bool = True
    """An item keeps ids and links of other systems. Without, a create is found again by its fields alone."""
    versions: bool = True
    """A write can be refused when the item changed meanwhile. Without, an item is read again before each write."""

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Features:
        """Return what the settings of a connection say."""
        return cls(**{name: settings.get(name, ON) != OFF for name in FEATURES})


FEATURES = tuple(field.name for field in fields(Features))
"""The names of the switches."""
