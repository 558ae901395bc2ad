"""What a simulated vendor is like, and how unkind the world is. Drawn per seed, so that seeds differ in kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Literal


@dataclass(frozen=True, slots=True)
class VendorOptions:
    """One vendor's nature. The defaults are the kindest."""

    versions: bool = True
    """Tells a version of each record."""
    opaque: bool = False
    """Its versions are tags that tell no order."""
    preconditions: bool = True
    normalises: bool = False
    """Stores what it is given trimmed and in lower case."""
    keeps: int = 0
    """Keeps only so many characters of a name, without a word; 0: all."""
    integers: bool = False
    """Keeps numbers as integers: without zeros in front, and without what does not show."""
    stamps: bool = True
    """Tells when a record was last changed."""
    markers: bool = True
    """A create can be found by its marker."""
    unique_numbers: bool = False
    search_lag_s: int = 0
    webhooks: Literal["exact", "wild", "none"] = "exact"
    delta: bool = True
    """Lists what changed since a cursor."""
    commit_lag_s: int = 0
    """How long a change may stay out of lists although its stamp is older."""
    assigns_numbers: bool = False
    """Gives a record a number when it is created without one."""
    calls_per_window: int = 0
    """0: no limit."""
    soft_deletes: bool = False
    """Lists what was deleted, as deleted."""
    stamp_s: int = 1
    """How fine its stamps are."""
    stamp_ahead_s: int = 0
    """By how much its clock is ahead."""

    @property
    def orders(self) -> bool:
        """True when of two versions it can be told which is the later one."""
        return self.versions and not self.opaque

    def stamp(self, at: float) -> int:
        """Return when the vendor says that something was changed."""
        return int(at + self.stamp_ahead_s) // self.stamp_s * self.stamp_s


@dataclass(frozen=True, slots=True)
class Weather:
    """How likely each fault is, per call."""

    dies: float = 0.0
    """A function dies before or after a call."""
    meanwhile: float = 0.0
    """Inside a call somebody else acts: a person, another worker, or time."""
    refuses: float = 0.0
    """The vendor answers 503; nothing happened."""
    loses_request: float = 0.0
    loses_answer: float = 0.0
    executes_late: float = 0.0
    stale_read: float = 0.0
    hides_fields: float = 0.0
    hides_rows: float = 0.0
    """A list leaves out rows and does not say so."""
    drops_page: float = 0.0
    """A list breaks off and says so."""
    repeats_message: float = 0.0
    too_many: float = 0.0
    """The vendor answers 429 and does not say when it will not."""
    throttles: float = 0.0
    """A conditional commit is refused although nothing changed, as a lost race would be."""
    slow: float = 0.0
    """A call or its answer is on its way for long, and others act meanwhile."""
    rejects: float = 0.0
    """The vendor refuses a write for a reason that ends by itself."""
    ends_early: float = 0.0
    """A list ends before its end, and does not say so."""

    @property
    def is_calm(self) -> bool:
        """True when calls do what they are told, so that bounds on writes are exact."""
        return not any((self.dies, self.loses_request, self.loses_answer, self.executes_late, self.throttles))


CALM = Weather()


def draw_vendor(chance: Random) -> VendorOptions:
    """Draw a vendor: swarm testing, each trait by itself."""
    versions = chance.random() < 0.8
    return VendorOptions(
        versions=versions,
        preconditions=versions and chance.random() < 0.8,
        normalises=chance.random() < 0.4,
        stamps=chance.random() < 0.7,
        markers=chance.random() < 0.7,
        unique_numbers=chance.random() < 0.4,
        search_lag_s=chance.choice((0, 0, 30)),
        webhooks=chance.choice(("exact", "wild", "wild", "none")),
        delta=chance.random() < 0.7,
        commit_lag_s=chance.choice((0, 0, 120)),
        assigns_numbers=chance.random() < 0.3,
        calls_per_window=chance.choice((0, 0, 0, 10)),
    )


def draw_weather(chance: Random, *, calm: bool) -> Weather:
    """Draw the faults; with `calm` only those after which bounds on writes stay exact."""

    def maybe(much: float, share: float = 0.5) -> float:
        return much if chance.random() < share else 0.0

    kind = Weather(
        meanwhile=maybe(0.02),
        refuses=maybe(0.05),
        stale_read=maybe(0.1),
        hides_fields=maybe(0.1),
        hides_rows=maybe(0.1),
        drops_page=maybe(0.1),
        repeats_message=maybe(0.1),
    )
    if calm:
        return kind
    return Weather(
        dies=maybe(0.02, 0.8),
        meanwhile=kind.meanwhile,
        refuses=kind.refuses,
        loses_request=maybe(0.1),
        loses_answer=maybe(0.1),
        executes_late=maybe(0.05),
        stale_read=kind.stale_read,
        hides_fields=kind.hides_fields,
        hides_rows=kind.hides_rows,
        drops_page=kind.drops_page,
        repeats_message=kind.repeats_message,
        throttles=maybe(0.02),
    )


def odder(chance: Random, options: VendorOptions) -> VendorOptions:
    """Draw the rarer traits on top."""
    return replace(
        options,
        soft_deletes=chance.random() < 0.5,
        stamp_s=chance.choice((1, 1, 86_400)),
        stamp_ahead_s=chance.choice((0, 0, 3_600)),
    )


def harder(chance: Random, options: VendorOptions) -> VendorOptions:
    """Draw a vendor that is as difficult as real ones: mostly without versions, or with tags."""
    drawn = chance.random() if options.versions else 1.0
    versions, opaque = drawn < 0.6, 0.4 <= drawn < 0.6
    preconditions = versions and options.preconditions
    return replace(odder(chance, options), versions=versions, opaque=opaque, preconditions=preconditions)


def harder_weather(chance: Random) -> Weather:
    """Draw the faults of difficult vendors on top of the others."""
    weather = draw_weather(chance, calm=chance.random() < 0.3)
    return replace(
        weather,
        meanwhile=max(weather.meanwhile, 0.01),
        slow=chance.choice((0.0, 0.1, 0.3)),
        rejects=chance.choice((0.0, 0.1, 0.3)),
        ends_early=chance.choice((0.0, 0.3)),
    )
