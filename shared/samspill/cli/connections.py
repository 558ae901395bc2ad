"""`connect` and `test`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from samspill.cli.desk import PERSON_MUST_ACT, Desk, pairs, pass_desk
from samspill.connectors.registry import VENDORS, vendor_facts
from samspill.steps import setup


@click.command()
@click.argument("vendor", type=click.Choice(VENDORS))
@click.option("--name", required=True, help="What you call this connection.")
@click.option("--address", help="The vendor's base address; asked for when the vendor has no usual one.")
@click.option("--setting", multiple=True, metavar="NAME=VALUE", help="A setting of the connection.")
@click.option(
    "--credentials-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON with the credentials, instead of being asked. They are never taken as arguments.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@pass_desk
def connect(
    desk: Desk,
    *,
    vendor: str,
    name: str,
    address: str | None,
    setting: tuple[str, ...],
    credentials_file: Path | None,
    as_json: bool,
) -> None:
    """Store a vendor's address and key, new or renewed.

    \b
    Example: samspill connect tripletex --name our-tripletex
    """
    desk.as_json = as_json
    facts = vendor_facts(vendor)
    if credentials_file is None:
        desk.tell(facts.help[desk.language])
        credentials = {
            ask.name: value
            for ask in facts.credentials
            if (
                value := click.prompt(
                    ask.prompt[desk.language], hide_input=ask.secret, default="" if ask.optional else None
                )
            )
        }
    else:
        credentials = {str(key): str(value) for key, value in json.loads(credentials_file.read_text("utf-8")).items()}
    usual = next(iter(facts.addresses.values()), None)
    url = address or usual or click.prompt("Address")
    setup.connect(desk.world, desk.tenant, name, vendor, url, credentials=credentials, settings=pairs(setting))
    desk.tell(desk.text("stored", name=name))
    desk.answer({"connection": name, "vendor": vendor, "address": url})


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@pass_desk
def test(desk: Desk, *, name: str, as_json: bool) -> int:
    """Ask the vendor who the key is and what it may do.

    \b
    Example: samspill test our-tripletex
    """
    desk.as_json = as_json
    identity = setup.test(desk.world, desk.tenant, name)
    desk.tell(desk.text("connected", user=identity.user, company=identity.company, id=identity.company_id))
    for reason in identity.missing:
        desk.tell(desk.text("missing", text=desk.reason(reason)))
    desk.answer(identity.model_dump(mode="json"))
    return PERSON_MUST_ACT if identity.missing else 0


COMMANDS = (connect, test)
