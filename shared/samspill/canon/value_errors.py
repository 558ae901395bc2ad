"""What is wrong with a value that cannot be taken over: a small closed set in our own words, never a library's."""

from __future__ import annotations

from typing import Literal

type Misfit = Literal[
    "left out",
    "empty",
    "not text",
    "not a number",
    "not a whole number",
    "zeros in front",
    "too large",
    "nested too deeply",
    "neither yes nor no",
    "not a date",
    "too many decimals",
    "not above 0",
    "of an unknown shape",
    "not one of the known values",
    "a country that is not known there",
    "a reference that is not known there",
    "letters such as æ, ø and å",
]
"""What reasons carry; the language files hold it as `name.<misfit>`."""
