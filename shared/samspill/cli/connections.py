"""`connect` and `test`."""

from __future__ import annotations

from pathlib import Path

import click

from samspill.cli.asking import check_settings, credentials
from samspill.cli.desk import PERSON_MUST_ACT, Desk, json_option, pairs, pass_desk
from samspill.cli.hooks import subscribe_active
from samspill.connectors.vendors import VENDORS, vendor_facts
from samspill.errors import UsageError
from samspill.reasons import Reason
from samspill.state import Connection, ConnectionStatus, Identity
from samspill.usecases import setup
from samspill.work.account import connected_twice

SHOWN = 12
"""So many of a key's rights are shown."""


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
@click.option("--same-company", is_flag=True, help="It is the same company, although its address or name changed.")
@json_option
@pass_desk
def connect(
    desk: Desk,
    *,
    vendor: str,
    name: str,
    address: str | None,
    setting: tuple[str, ...],
    credentials_file: Path | None,
    same_company: bool,
    as_json: bool,
) -> None:
    """Store a vendor's address and key. With a name that exists only the key is renewed, the rest stays.

    With --setting or --address, and no file, the key that is stored stays. Where flows use the connection, what is new
    is tested before it takes the place of the old, and has to lead to the same company.

    \b
    Example: samspill connect tripletex --name our-tripletex
    """
    desk.as_json = as_json
    facts = vendor_facts(vendor)
    before = _present(desk, name)
    if before is None:  # before a key is asked for
        setup.check_names(desk.tenant, name)
    elif before.vendor != vendor:
        raise UsageError.because("other_system", connection=name, vendor=before.vendor, wanted=vendor)
    settings = pairs(setting)
    check_settings(facts, settings)
    usual = before.base_url if before else next(iter(facts.addresses.values()), None)
    url = address or usual or click.prompt(desk.text("address"), err=as_json)
    keeps = before is not None and credentials_file is None and bool(setting or address)
    stored = setup.connect(
        desk.world,
        desk.tenant,
        name,
        vendor,
        url,
        credentials=None if keeps else credentials(desk, facts, credentials_file),
        settings=settings,
        same_company=same_company,
        by=desk.by,
    )
    desk.tell(desk.text("stored" if stored.status is ConnectionStatus.NEW else "stored.tested", name=name))
    if stored.status is not ConnectionStatus.NEW:
        _tell_twice(desk, stored)
        subscribe_active(desk, name)
    desk.answer({"connection": name, "vendor": vendor, "address": url, "settings": stored.settings})


def _present(desk: Desk, name: str) -> Connection | None:
    try:
        return desk.world.registry.connection(desk.tenant, name)
    except UsageError:
        return None


@click.command()
@click.argument("name")
@click.option("--same-company", is_flag=True, help="It is the same company, although its name changed.")
@json_option
@pass_desk
def test(desk: Desk, *, name: str, same_company: bool, as_json: bool) -> int:
    """Ask the vendor who the key is and what it may do. Exit code 1 when something is missing.

    When an active flow uses the connection its webhooks are renewed too.

    \b
    Example: samspill test our-tripletex
    """
    desk.as_json = as_json
    identity = setup.test(desk.world, desk.tenant, name, same_company=same_company, by=desk.by)
    desk.tell(desk.text("connected", user=identity.user, company=identity.company, id=identity.company_id))
    desk.tell(_rights(desk, identity))
    for reason in identity.missing:
        desk.tell(desk.text("missing", text=desk.reason(reason)))
    _tell_twice(desk, desk.world.registry.connection(desk.tenant, name))
    subscribe_active(desk, name)
    desk.answer(identity.model_dump(mode="json"))
    return PERSON_MUST_ACT if identity.missing else 0


def _tell_twice(desk: Desk, connection: Connection) -> None:
    """Tell where the same company is connected under other names, too."""
    if connection.identity and (others := connected_twice(desk.world, connection)):
        names = {"company": connection.identity.company, "others": ", ".join(others)}
        desk.tell(desk.reason(Reason("connected_twice", names)))


def _rights(desk: Desk, identity: Identity) -> str:
    """Return the key's rights as the vendor calls them, the first few of many; `--json` has them all."""
    if not identity.rights:
        return desk.text("rights.untold")
    shown, more = ", ".join(identity.rights[:SHOWN]), len(identity.rights) - SHOWN
    return desk.text("rights.more", rights=shown, more=more) if more > 0 else desk.text("rights", rights=shown)


COMMANDS = (connect, test)
