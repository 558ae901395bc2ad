"""What every command works with: the world, the person, the language, and how to print."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from samspill.cli.texts import plain, say, word
from samspill.errors import UsageError
from samspill.reasons import LANGUAGES, Language, Reason
from samspill.texts.names import named, worded
from samspill.texts.reasons import reason_text, sentences
from samspill.usecases import status
from samspill.usecases.actor import Actor
from samspill.usecases.views.base import Answer, View

if TYPE_CHECKING:
    from samspill.ports import World
    from samspill.state import FlowKey

OK, PERSON_MUST_ACT, USAGE, UNAVAILABLE = 0, 1, 2, 3
NARROW = 100
"""With fewer columns a table is shown as blocks."""


@dataclass(frozen=True, slots=True)
class Session:
    """What stands in for the stack, the sign-in and the screen."""

    world: World
    actor: Actor
    columns: int | None = None


def columns_of_screen() -> int | None:
    """Return how wide the screen is; None where the output goes to a file or another program."""
    return Console().width if sys.stdout.isatty() else None


@dataclass
class Terminal:
    """One person at one terminal."""

    make_world: Callable[[], World]
    make_actor: Callable[[], Actor]
    tenant: str
    language: Language
    columns: int | None = None
    as_json: bool = False
    place: Mapping[str, str] = field(default_factory=dict)
    """What is being told of: commands in reasons name it. See `texts.reasons.PLACE`."""
    console: Console = field(default_factory=lambda: Console(highlight=False))

    @cached_property
    def world(self) -> World:
        """The hub. What a person has to know of its stack is told once, on standard error."""
        made = self.make_world()
        for remark in made.remarks:
            click.echo(plain(self.reason(remark)), err=True)
        if made.contact:
            self.place = {**self.place, "contact": made.contact}
        return made

    @cached_property
    def actor(self) -> Actor:
        """Who works here, as the sign-in tells."""
        return self.make_actor()

    def flow(self, name: str) -> FlowKey:
        """Return a flow's key; UsageError where there is none of that name."""
        key = status.key_of(self.world, self.actor, self.tenant, name)
        self.place = {**self.place, "flow": key.flow}
        return key

    # --- words

    def text(self, key: str, /, **values: object) -> str:
        """Return a text in the person's language."""
        return say(self.language, key, **values)

    def reason(self, reason: Reason | None) -> str:
        """Return a reason in the person's language; nothing where there is none."""
        return reason_text(reason, self.language, self.place) if reason is not None else ""

    def word(self, name: str) -> str:
        """Return a state, a result or an action in the person's language."""
        return word(self.language, name)

    def named(self, name: str) -> str:
        """Return what a stream or a field is called in the person's language."""
        return named(self.language, name)

    def worded(self, name: str) -> str:
        """Return what a kind of change is called in the person's language."""
        return worded(self.language, "what", name)

    def moment(self, at: datetime, *, seconds: bool = False) -> str:
        """Return a moment in the time and the way of writing of the person's machine and language."""
        day = "%Y-%m-%d" if self.language == "en" else "%d.%m.%Y"
        return f"{at.astimezone():{day} %H:%M{':%S' if seconds else ''} %Z}"

    def check_code(self, code: str | None) -> None:
        """Refuse the code of a reason that there is none of: nothing would be found, and that would look fine."""
        known = sentences("en")
        if code is not None and code not in known:
            near = ", ".join(get_close_matches(code, known, n=5, cutoff=0.4)) or "docs/reasons.md"
            raise UsageError.because("no_such_code", given=code, codes=near)

    # --- output

    def confirm(self, question: str) -> None:
        """Ask; anything but yes leaves the command. Standard output stays clean for `--json`."""
        yes, no = (self.text(key).split() for key in ("confirm.yes", "confirm.no"))
        while True:
            answer = click.prompt(
                f"{question} [{self.text('confirm.hint')}]", default="", show_default=False, err=self.as_json
            )
            if answer.strip().lower() in yes:
                return
            if answer.strip().lower() in {"", *no}:
                raise click.Abort
            click.echo(self.text("confirm.again", yes=yes[0], no=no[0]), err=True)

    def tell(self, line: str) -> None:
        """Print a line for people; with `--json` it stays silent."""
        if self.as_json:
            return
        if self.columns is None:
            click.echo(plain(line))
        else:
            self.console.print(Text(plain(line)))

    def answer(self, answer: Answer) -> None:
        """Print the answer for programs, when that is what was asked for."""
        if self.as_json:
            data = self.data(answer)
            click.echo(json_text({"schema": answer.schema_name(), **data}))

    def data(self, view: View) -> dict[str, Any]:
        """Return a view as JSON has it, with the texts of its reasons in the person's language."""
        made: dict[str, Any] = _told(view.model_dump(mode="json"), self.language, self.place)
        return made

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], title: str | None = None) -> None:
        """Print a table for people. Cells are vendors' words: neither markup nor commands to the terminal.

        On a narrow screen each row is a block; for a file or another program, a line with tabs between its cells.
        """
        if self.as_json or not rows:
            return
        if self.columns is None:
            for row in rows:
                click.echo("\t".join(" ".join(plain(cell).split()) for cell in row))
        elif self.columns < NARROW:
            self._blocks(headings, rows, title)
        else:
            self._wide(headings, rows, title)

    def _blocks(self, headings: Sequence[str], rows: Sequence[Sequence[str]], title: str | None) -> None:
        if title:
            self.tell(title)
        for row in rows:
            cells = [(heading, cell.strip()) for heading, cell in zip(headings, row, strict=True) if cell.strip()]
            for number, (heading, cell) in enumerate(cells):
                self.tell(("  " if number else "") + (f"{heading}: " if heading else "") + cell)

    def _wide(self, headings: Sequence[str], rows: Sequence[Sequence[str]], title: str | None) -> None:
        above = Text(plain(title), style="table.title") if title else None
        table = Table(title=above, title_justify="left", header_style="bold", box=None, pad_edge=False)
        table.show_header = any(headings)
        for heading in headings:
            table.add_column(Text(heading), overflow="fold")
        for row in rows:
            table.add_row(*(Text(plain(cell)) for cell in row))
        self.console.print(table)


def _told(data: Any, language: Language, place: Mapping[str, str]) -> Any:
    """Fill in the texts of reasons, and choose a language where words stand in all of them."""
    if isinstance(data, list):
        return [_told(each, language, place) for each in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == set(LANGUAGES):
        return data[language]
    place = {**place, **_place(data)}
    made = {name: _told(value, language, place) for name, value in data.items()}
    if "text" in made and made.get("reason"):
        made["text"] = reason_text(Reason.from_json(made["reason"]), language, place)
    return made


def _place(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what a view tells of, where it is a flow's or a connection's."""
    if isinstance(data.get("vendor"), str) and isinstance(data.get("id"), str):
        return {"connection": data["id"], "vendor": data["vendor"]}
    return {"flow": data["flow"]} if isinstance(data.get("flow"), str) else {}


pass_terminal = click.make_pass_decorator(Terminal)


def _be_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    terminal = context.find_object(Terminal)
    if terminal is not None and value:
        terminal.as_json = True


json_option = click.option(
    "--json", is_flag=True, expose_value=False, is_eager=True, callback=_be_json, help="Print the result as JSON."
)


_ESCAPED = re.compile("[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Control characters, and those that do not show or turn the direction of writing."""


def json_text(data: Any) -> str:
    """Return JSON that is the same to a program, nothing to a terminal, and hides no character from a person.

    JSON itself escapes the lower signs only. What the output cannot encode is escaped, too.
    """
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-")
    text = json.dumps(data, ensure_ascii=encoding not in {"utf-8", "utf8"}, default=str)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def pairs(terminal: Terminal, values: tuple[str, ...]) -> Mapping[str, str]:
    """Return `name=value` options as a mapping."""
    out: dict[str, str] = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not equals:
            raise click.UsageError(terminal.text("no_pair", given=repr(value)))
        out[name] = rest
    return out
