"""The mark that a create leaves: one for every pair of every flow, whatever they are called, and never a cut one."""

from __future__ import annotations

from itertools import product

import pytest

from samspill.state import StreamKey
from samspill.work.markers import LENGTH, marked_for, marker

TENANTS, FLOWS = ("acme", "x" * 64), ("svenn-tripletex", "bergen", "y" * 40)
LINKS = ("left-1", "left-12", "right-1", "left-4c1f0b7e-9d55-4d0a-8a86-0a1f3b0c9d11", "left-" + "7" * 100)
STREAMS = [StreamKey(*names) for names in product(TENANTS, FLOWS, ("customers", "projects"))]


def test_no_two_pairs_have_one_mark() -> None:
    marks = {marker(stream, link) for stream in STREAMS for link in LINKS}

    assert len(marks) == len(STREAMS) * len(LINKS)
    assert max(map(len, marks)) <= LENGTH


@pytest.mark.parametrize("stream", STREAMS)
def test_a_mark_tells_its_link_within_its_own_stream_alone(stream: StreamKey) -> None:
    for link in LINKS[:-1]:
        told = {other: marked_for(other, marker(stream, link)) for other in STREAMS}
        assert told == dict.fromkeys(STREAMS) | {stream: link}


def test_a_mark_stays_as_versions_before_wrote_it() -> None:
    stream = StreamKey("acme", "svenn-tripletex", "customers")
    assert marker(stream, "left-1") == "samspill:acme:svenn-tripletex:customers:left-1"


def test_a_link_that_is_too_long_for_a_mark_is_still_marked_but_not_told() -> None:
    assert marked_for(STREAMS[0], marker(STREAMS[0], LINKS[-1])) is None
