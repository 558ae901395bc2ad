"""What an address needs before it can be written: the id it has there, and the country's id instead of its code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from samspill.connectors.mapping import bad_value
from samspill.connectors.tripletex.client import Client
from samspill.connectors.tripletex.kinds import Kind

_KNOWN = {"NO": 161}
"""Seen in the vendor's documentation and answers; all others are asked for once."""
FIELD = "postalAddress"


class Addresses:
    """Completes addresses on their way out."""

    def __init__(self, client: Client) -> None:
        """Ask through `client`."""
        self._client = client
        self._countries: dict[str, int] = dict(_KNOWN)

    def country(self, body: dict[str, Any]) -> None:
        """Replace the country's code by its id; MappingError for a country Tripletex does not know.

        `null` empties what a record has; a new one has none, and what is usual there is the vendor's to fill in.
        """
        country = body.get(FIELD, {}).get("country")
        if country:
            body[FIELD]["country"] = {"id": self._country(country["isoAlpha2Code"])}
        elif FIELD in body and "id" not in body:
            body[FIELD].pop("country", None)

    def ids(self, kind: Kind, bodies: Sequence[dict[str, Any]]) -> None:
        """Give the addresses of records that are changed their ids, which Tripletex wants; one read for all."""
        changed = {str(body["id"]): body for body in bodies if FIELD in body and "id" in body}
        present = self._ids(kind, [*changed])
        for record_id, body in changed.items():
            if record_id in present:
                body[FIELD]["id"] = present[record_id]

    def _ids(self, kind: Kind, record_ids: Sequence[str]) -> dict[str, int]:
        fields = f"id,{FIELD}(id)"
        found: dict[str, int] = {}
        for query in kind.lists:
            missing = [each for each in record_ids if each not in found]
            if missing:
                rows = self._client.values(kind.path, fields, **{**query, "id": ",".join(missing)})
                found |= {str(row.get("id")): row[FIELD]["id"] for row in rows if (row.get(FIELD) or {}).get("id")}
        return found

    def _country(self, code: str) -> int:
        if code not in self._countries:
            rows = self._client.values("/country", "id,isoAlpha2Code", code=code)
            self._countries |= {
                row["isoAlpha2Code"]: row["id"] for row in rows if row.get("isoAlpha2Code") and row.get("id")
            }
        if code not in self._countries:
            raise bad_value("postal_address", "a country that is not known there")
        return self._countries[code]
