"""The switches that make a sandbox misbehave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Target:
    """Which of the coming calls are hit: the next `times` that start with this path and have this method."""

    times: int = 1
    path_prefix: str = ""
    method: str | None = None
    status: int = 500

    def hits(self, method: str, path: str) -> bool:
        """Tell whether this call is meant, and count it off."""
        if self.times < 1 or self.method not in {None, method} or not path.startswith(self.path_prefix):
            return False
        self.times -= 1
        return True


def _times(value: object) -> int | bool:
    if isinstance(value, int) and value >= 0:
        return value
    raise ValueError("expected true, false or how many times")


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError("expected a number of 0 or more")


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("expected true or false")


def _names(value: object) -> list[str]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    raise ValueError("expected a list of names")


def _targets(value: object) -> list[Target]:
    if isinstance(value, int):
        return [Target(times=int(value))]
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return [_target(each) for each in value]
    raise ValueError(f"expected how many times, or a list of {{{', '.join(_TARGET)}}}")


_TARGET: dict[str, Any] = {"times": int, "path_prefix": str, "method": str | None, "status": int}


def _target(value: dict[str, Any]) -> Target:
    for name, each in value.items():
        if name not in _TARGET or not isinstance(each, _TARGET[name]):
            raise ValueError(f"{name}: expected one of {{{', '.join(_TARGET)}}} with its type")
    return Target(**value)


def switch(parse: Callable[[object], Any], default: Any) -> Any:
    """Declare one switch: how it is read, and what it is when nobody touched it."""
    return field(default=default, metadata={"parse": parse})


def times() -> Any:
    """Declare a switch that is off, on, or on for so many times."""
    return switch(_times, default=False)


def number(default: float = 0) -> Any:
    """Declare a switch that holds a number."""
    return switch(_number, default)


def flag(*, default: bool = False) -> Any:
    """Declare a switch that is on or off."""
    return switch(_flag, default)


NAMES = {"parse": _names}
"""Metadata of a switch that holds a list of names."""

TARGETS = {"parse": _targets}
"""Metadata of a switch that hits chosen calls."""


@dataclass(slots=True)
class Faults:
    """Faults that every vendor knows. `True` means until it is switched off, a number means so many times."""

    latency_ms: float = number()
    answer_delay_ms: float = number()
    error_rate: float = number()
    fail_next: list[Target] = field(default_factory=list, metadata=TARGETS)
    drop_request_next: list[Target] = field(default_factory=list, metadata=TARGETS)
    drop_answer_next: list[Target] = field(default_factory=list, metadata=TARGETS)
    rate_limit: int | bool = times()
    stale_reads: bool = flag()
    webhook_duplicate: int | bool = times()
    webhook_reorder: int | bool = times()
    webhook_drop: int | bool = times()
    webhook_skip_version: bool = flag()
    webhook_delay_s: float = number()

    def merge(self, changes: Mapping[str, Any]) -> None:
        """Set the switches named, leave the others; an empty mapping puts all back.

        Raises:
            ValueError: A switch does not exist or cannot hold the value; nothing was changed then.
        """
        known = {each.name: each for each in fields(self)}
        if not changes:
            fresh = type(self)()
            new = {name: getattr(fresh, name) for name in known}
        else:
            new = {}
            for name, value in changes.items():
                if name not in known:
                    raise ValueError(f"{name}: no such switch; there are {', '.join(sorted(known))}")
                try:
                    new[name] = known[name].metadata["parse"](value)
                except ValueError as error:
                    raise ValueError(f"{name}: {error}") from error
        for name, value in new.items():
            setattr(self, name, value)

    def spend(self, name: str) -> bool:
        """Tell whether the switch is on, and count it off when it counts."""
        value: int | bool = getattr(self, name)
        if value is True or not value:
            return bool(value)
        setattr(self, name, value - 1)
        return True

    def as_json(self) -> dict[str, Any]:
        """Return every switch as it stands."""
        return asdict(self)


def hit(waiting: list[Target], method: str, path: str) -> Target | None:
    """Return the first target that means this call, counted off."""
    return next((target for target in waiting if target.hits(method, path)), None)
