"""What a person is asked for to connect a vendor. Secrets come from a hidden prompt or a file, never from arguments."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samspill.cli.terminal import Terminal
from samspill.texts.catalogue import say

if TYPE_CHECKING:
    from samspill.connectors.facts import Ask, VendorFacts


def credentials(terminal: Terminal, facts: VendorFacts, file: Path | None) -> dict[str, str]:
    """Return the vendor's credentials, from the file or asked for."""
    if file is not None:
        return _from_file(terminal, facts, file)
    terminal.tell(say(terminal.language, facts.help_text))
    asked = {ask.name: _prompt(terminal, facts, ask) for ask in facts.credentials}
    return {name: value for name, value in asked.items() if value}


def _prompt(terminal: Terminal, facts: VendorFacts, ask: Ask) -> str:
    default = "" if ask.optional else None
    text = say(terminal.language, facts.prompt(ask), default=ask.default)
    terminal.tell(terminal.text("help_page", page=ask.help_page))
    answer: str = click.prompt(
        text, hide_input=ask.secret, default=default, show_default=False, err=terminal.as_json, type=str
    )
    return answer.strip()


def _from_file(terminal: Terminal, facts: VendorFacts, file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.UsageError(terminal.text("file.no_object", file=file, shape=shape(facts)))
    needed = {ask.name for ask in facts.credentials if not ask.optional}
    known = {ask.name for ask in facts.credentials}
    if not needed <= found.keys() <= known:
        raise click.UsageError(terminal.text("file.other_names", file=file, shape=shape(facts)))
    return {str(key): str(value) for key, value in found.items()}


def shape(facts: VendorFacts) -> str:
    """Return what a credentials file looks like."""
    return json.dumps({ask.name: "…" for ask in facts.credentials if not ask.optional}, ensure_ascii=False)


def need_terminal(terminal: Terminal, facts: VendorFacts) -> None:
    """Refuse to ask for a secret where nobody can answer: its echo could not be switched off either."""
    if not has_terminal():
        raise click.UsageError(terminal.text("no_terminal", shape=shape(facts)))


def has_terminal() -> bool:
    """Tell whether somebody can be asked."""
    if sys.stdin is not sys.__stdin__ or (sys.stdin is not None and sys.stdin.isatty()):
        return True
    try:
        with Path("/dev/tty").open("rb"):
            return True
    except OSError:
        return False


def check_settings(terminal: Terminal, facts: VendorFacts, settings: Mapping[str, str]) -> None:
    """Refuse a setting the vendor does not have: misspelt, it would be ignored for ever."""
    known = {ask.name: ask for ask in facts.settings}
    for name, value in settings.items():
        if name in facts.of_all:
            continue
        if name not in known:
            names = {"vendor": facts.title, "setting": name, "known": ", ".join(known) or "-"}
            raise click.UsageError(terminal.text("setting.unknown", **names))
        if known[name].choices and value not in known[name].choices:
            raise click.UsageError(terminal.text("setting.choice", setting=name, known=", ".join(known[name].choices)))
