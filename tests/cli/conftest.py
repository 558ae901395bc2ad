import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.terminal import FLOW, Terminal, a_customer
from tests.flows.hub import Hub
from tests.support.reasons import every_reason_has_its_sentence

__all__ = ["every_reason_has_its_sentence"]


@pytest.fixture
def click_as_it_was() -> Iterator[None]:
    """What click says is for the whole process: let it say it as before."""
    before: list[tuple[ModuleType, dict[str, object]]] = [
        (loaded, {name: vars(loaded)[name] for name in ("_", "ngettext") if name in vars(loaded)})
        for key, loaded in list(sys.modules.items())
        if key.partition(".")[0] == "click"
    ]
    yield
    for loaded, functions in before:
        vars(loaded).update(functions)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(Hub(), tmp_path)


@pytest.fixture
def active(terminal: Terminal) -> Terminal:
    terminal.first_sync()
    return terminal


@pytest.fixture
def doubtful(terminal: Terminal) -> tuple[Terminal, str, str]:
    """A planned first sync in which one customer only looks like one on the other side: link id and candidate's id."""
    rights = {row["number"]: row for row in terminal.hub.timerabbit.rows("customers") if row["number"]}
    left = next(
        row
        for row in terminal.hub.tripletex.rows("customer")
        if not row["isInactive"] and str(row["customerNumber"]) in rights and set("æøå") & set(row["name"].lower())
    )
    right = rights[str(left["customerNumber"])]
    plain = left["name"].translate(str.maketrans("æøåÆØÅ", "eoaEOA"))
    terminal.hub.timerabbit.edit("customers", right["id"], {"name": plain, "number": None, "organizationNumber": None})
    terminal.set_up()
    return terminal, f"left-{left['id']}", str(right["id"])


@pytest.fixture
def failed(active: Terminal) -> tuple[Terminal, str]:
    """A customer whose name is longer than the other side takes: its link id."""
    left = a_customer(active)
    active.hub.tripletex.edit("customer", str(left["id"]), {"name": "X" * 150})
    active.ask_any("run", FLOW, "--full")
    return active, f"left-{left['id']}"
