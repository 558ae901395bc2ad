from __future__ import annotations

import pytest

from tools.recording import drifted, not_recorded

DEMO = """
def story(demo, count):
    demo.chapter("1  Two accounts (full)")
    demo.chapter("2  A chapter whose title is longer than a narrow screen")
    demo.tell(f"{count} were linked.")
    demo.tell("None was lost.")
    with step("Starting"):
        demo.chapter(title)
"""
RECORDED = """<!-- demo -->
  ✓ Starting (1.4 s)
1  Two accounts (full) ─────
  ✓ 12 were linked.
2  A chapter whose title is… ─
  ✓ None was lost.
<!-- /demo -->
Elsewhere ────
"""


def test_a_recording_of_what_the_demo_says_is_fine() -> None:
    assert list(drifted(RECORDED, [DEMO])) == []


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("Two accounts", "Three accounts", "Three accounts"),
        ("title is…", "name is…", "A chapter whose name is…"),
        ("12 were linked.", "12 were joined.", "12 were joined."),
        ("Starting", "Beginning", "Beginning"),
        ("  ✓ None was lost.\n", "", "None"),
    ],
)
def test_what_only_one_of_them_says_is_told(old: str, new: str, named: str) -> None:
    assert named in "\n".join(drifted(RECORDED.replace(old, new), [DEMO]))


def test_an_excerpt_of_the_recording_is_fine() -> None:
    assert list(not_recorded("<!-- demo -->\n  ✓ 12 were linked.\n…\n<!-- /demo -->\n", RECORDED)) == []


def test_a_line_that_was_not_recorded_is_named() -> None:
    [problem] = not_recorded("<!-- demo -->\n  ✓ 13 were linked.\n<!-- /demo -->\n", RECORDED)
    assert "13 were linked." in problem
