"""What an item may weigh: DynamoDB takes 400 KB of one, and 4 MB of a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from samspill.canon.json_form import jsonable
from samspill.canon.values import Value
from samspill.engine.model import Link
from samspill.errors import PermanentError
from samspill.reasons import Reason
from samspill.store import link_items

ROOM_BYTES = 8 * 1024
"""For an item's keys and its other attributes."""
ITEM_BYTES = 400 * 1024 - ROOM_BYTES
"""What the body of a link may weigh."""
TRANSACTION_BYTES = 4 * 1024 * 1024
_SURELY_BYTES = ITEM_BYTES // 2


def is_too_large(link: Link) -> bool:
    """Tell whether the table would refuse the link. Only one that may be is written out for it."""
    return _spread_bytes(link) > _SURELY_BYTES and weight_of(link_items.encode(link, link.revision + 1)) > ITEM_BYTES


def too_large(link: Link) -> PermanentError:
    """Return the error for a link that the table refuses: the field that weighs most, and what it weighs."""
    held = [link.base, *(shadow.fields for shadow in link.shadows.values())]
    held += [link.intent.fields] if link.intent else []
    held += [{name: value for name, sides in link.conflicts.items() for value in sides.values()}]
    weights: dict[str, int] = {}
    for fields in held:
        for name, value in fields.items():
            weights[name] = max(weights.get(name, 0), _bytes(value))
    field = max(weights, key=lambda name: weights[name], default="?")
    reason = Reason("too_large", {"field": field, "size": str(round(weights.get(field, 0) / 1000))})
    return PermanentError(f"cannot be stored: too_large {field}", reason=reason, field=field)


def weight_of(text: str) -> int:
    """Return the bytes of a text as the table holds it."""
    return len(text) if text.isascii() else len(text.encode())


def _spread_bytes(link: Link) -> int:
    """Return at least what the link weighs as it is stored, where it leaves out what is the same."""
    return len(orjson.dumps(link, default=jsonable, option=orjson.OPT_NON_STR_KEYS))


def _bytes(value: Value | Mapping[str, Any]) -> int:
    return len(orjson.dumps(value, default=jsonable))
