"""What every command works with: the world, the person, the language, and how to print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from samspill.cli.texts import plain, say, word
from samspill.flows.flow import Flow
from samspill.ports import World
from samspill.reasons import Language, Reason
from samspill.state import FlowKey
from samspill.texts.names import named
from samspill.texts.reasons import reason_text
from samspill.usecases.enabling import flow_of
from samspill.work.context import open_flow

OK, PERSON_MUST_ACT, USAGE, UNAVAILABLE = 0, 1, 2, 3


@dataclass
class Desk:
    """One person at one terminal."""

    make_world: Callable[[], World]
    tenant: str
    language: Language
    by: str
    as_json: bool = False
    console: Console = field(default_factory=lambda: Console(highlight=False))

    @cached_property
    def world(self) -> World:
        """The hub. What a person has to know of its stack is told once, on standard error."""
        made = self.make_world()
        for notice in made.notices:
            click.echo(plain(self.reason(notice)), err=True)
        return made

    def flow(self, name: str) -> FlowKey:
        """Return a flow's key; UsageError where there is none of that name."""
        return flow_of(self.world, FlowKey(self.tenant, name)).key

    def declared(self, key: FlowKey) -> Flow:
        """Return a flow's declaration under the rules in force."""
        return open_flow(self.world, key).flow

    def text(self, key: str, /, **values: object) -> str:
        """Return a text in the person's language."""
        return say(self.language, key, **values)

    def reason(self, reason: Reason) -> str:
        """Return a reason in the person's language."""
        return reason_text(reason, self.language)

    def word(self, name: str) -> str:
        """Return a state, a result or an action in the person's language."""
        return word(self.language, name)

    def named(self, name: str) -> str:
        """Return what a stream or a field is called in the person's language."""
        return named(self.language, name)

    def confirm(self, question: str) -> None:
        """Ask; anything but yes leaves the command. Standard output stays clean for `--json`."""
        click.confirm(question, abort=True, err=self.as_json)

    def tell(self, line: str) -> None:
        """Print a line for people; with `--json` it stays silent."""
        if not self.as_json:
            self.console.print(Text(plain(line)))

    def answer(self, data: Any) -> None:
        """Print the answer for programs, when that is what was asked for."""
        if self.as_json:
            click.echo(json_text(data))

    def table(self, headings: list[str], rows: list[list[str]], title: str | None = None) -> None:
        """Print a table for people. Cells are vendors' words: neither markup nor commands to the terminal."""
        if self.as_json:
            return
        above = Text(plain(title), style="table.title") if title else None
        table = Table(title=above, title_justify="left", header_style="bold", box=None, pad_edge=False)
        table.show_header = any(headings)
        for heading in headings:
            table.add_column(Text(heading), overflow="fold")
        for row in rows:
            table.add_row(*(Text(plain(cell)) for cell in row))
        self.console.print(table)


pass_desk = click.make_pass_decorator(Desk)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


_ESCAPED = re.compile("[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Control characters, and those that do not show or turn the direction of writing."""


def json_text(data: Any) -> str:
    """Return JSON that is the same to a program, nothing to a terminal, and hides no character from a person.

    JSON itself escapes the lower signs only.
    """
    text = json.dumps(data, ensure_ascii=False, default=str)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def pairs(values: tuple[str, ...]) -> Mapping[str, str]:
    """Return `name=value` options as a mapping."""
    out: dict[str, str] = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not equals:
            raise click.UsageError(f"{value!r} is not of the form name=value")
        out[name] = rest
    return out
