"""Long proofs in parts: one part of each is tried with every `make test`, the others by `make proofs`."""

from __future__ import annotations

import pytest


def parts(count: int) -> list[object]:
    """Return the numbers of so many parts, for `parametrize`."""
    return [0, *(pytest.param(part, marks=pytest.mark.proofs) for part in range(1, count))]
