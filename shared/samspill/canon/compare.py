"""When two values of a field are the same: by a normal form of each, which is compared and never written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from samspill.canon import keys
from samspill.canon.organization import organization_number
from samspill.canon.text import clean, email, lines, phone
from samspill.canon.values import Scalar, Value

type Normal = Callable[[Value], Value]


def _form(normal: Callable[[str], Scalar], value: Value) -> Value:
    """Return text in a normal form and any other value as it is, a group or a list part by part.

    A part of a group that is empty is as good as none, and so is a group or a list without parts; of a list every part
    has its place.
    """
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, Mapping):
        parts = value.items()
        return {name: part for name, each in parts if (part := _form(normal, each)) is not None} or None
    return [_form(normal, each) for each in value] or None if isinstance(value, list) else value


def _address(value: Value) -> Value:
    parts: Any = _TEXT(value)
    return parts | {"country": parts["country"].upper()} if isinstance(parts, dict) and "country" in parts else parts


_TEXT, _LINES = partial(_form, clean), partial(_form, lines)
_PHONE, _EMAIL = partial(_form, phone), partial(_form, email)
_FORMS: Mapping[str, Normal] = {
    "phone": _PHONE,
    "mobile": _PHONE,
    "email": _EMAIL,
    "invoice_email": _EMAIL,
    "organization_number": partial(_form, organization_number),
    "description": _LINES,
    "comment": _LINES,
    "postal_address": _address,
}
"""By canonical field; any other is one line of text, or no text."""

whole_number: Normal = partial(_form, keys.number)
"""The form of a number that one of the systems keeps as an integer: zeros in front are spelling."""


def form_of(name: str) -> Normal:
    """Return the form in which a canonical field is compared."""
    return _FORMS.get(name, _TEXT)


def same(one: Value, other: Value, form: Normal) -> bool:
    """Tell whether two values are the same in this form."""
    return one == other or form(one) == form(other)


def is_cut(sent: Value, held: Value, form: Normal) -> bool:
    """Tell whether `held` is only the beginning of `sent`, as when a system cuts what is too long for it.

    Of a group that is so when it holds of a part, and all other parts are the same.
    """
    whole, part = form(sent), form(held)
    if isinstance(whole, Mapping) and isinstance(part, Mapping):
        differing = [name for name in {**whole, **part} if whole.get(name) != part.get(name)]
        return bool(differing) and all(_begins(whole.get(name), part.get(name)) for name in differing)
    return whole != part and (_begins(whole, part) or _begins(_LINES(sent), _LINES(held)))


def _begins(whole: Value, part: Value) -> bool:
    return isinstance(whole, str) and isinstance(part, str) and whole.startswith(part)
