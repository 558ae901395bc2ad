"""What ends a life: the function is gone, or an invariant does not hold."""

from __future__ import annotations


class Died(BaseException):
    """The function is gone; no handler of ours may catch this."""


class Broken(BaseException):
    """Invariants do not hold. No handler of ours may take this for a defect in one record."""

    def __init__(self, name: str, detail: str, *more: Broken) -> None:
        super().__init__("; ".join([f"{name}: {detail}", *(str(each) for each in more)]))
        self.name = name
        self.names: frozenset[str] = frozenset({name}.union(*(each.names for each in more)))
