"""What a person is asked for to connect a vendor. Secrets come from a hidden prompt or a file, never from arguments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from samspill.cli.desk import Desk
from samspill.connectors.facts import Ask, VendorFacts
from samspill.texts.catalogue import say


def credentials(desk: Desk, facts: VendorFacts, file: Path | None) -> dict[str, str]:
    """Return the vendor's credentials, from the file or asked for."""
    if file is not None:
        return _from_file(facts, file)
    desk.tell(say(desk.language, facts.help_text))
    asked = {ask.name: _prompt(desk, facts, ask) for ask in facts.credentials}
    return {name: value for name, value in asked.items() if value}


def _prompt(desk: Desk, facts: VendorFacts, ask: Ask) -> str:
    default = "" if ask.optional else None
    text = say(desk.language, facts.prompt(ask), default=ask.default)
    desk.tell(desk.text("help_page", page=ask.help_page))
    answer: str = click.prompt(
        text, hide_input=ask.secret, default=default, show_default=False, err=desk.as_json, type=str
    )
    return answer.strip()


def _from_file(facts: VendorFacts, file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.UsageError(f"{file} does not hold a JSON object with the credentials")
    needed = {ask.name for ask in facts.credentials if not ask.optional}
    known = {ask.name for ask in facts.credentials}
    if not needed <= found.keys() <= known:
        names = ", ".join(f"{ask.name} (optional)" if ask.optional else ask.name for ask in facts.credentials)
        raise click.UsageError(f"{file} must hold these and no others: {names}")
    return {str(key): str(value) for key, value in found.items()}


def check_settings(facts: VendorFacts, settings: Mapping[str, str]) -> None:
    """Refuse a setting the vendor does not have: misspelt, it would be ignored for ever."""
    known = {ask.name: ask for ask in facts.settings}
    for name, value in settings.items():
        if name not in known:
            raise click.UsageError(f"{facts.title} has no setting {name!r}; it has: {', '.join(known) or 'none'}")
        if known[name].choices and value not in known[name].choices:
            raise click.UsageError(f"{name} is one of {', '.join(known[name].choices)}")
