"""`connect` and `test`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from samspill.cli.completion import connection_names
from samspill.cli.prompts import check_settings, credentials, need_terminal
from samspill.cli.terminal import PERSON_MUST_ACT, Terminal, json_option, pairs, pass_terminal
from samspill.cli.webhooks import tell_webhooks
from samspill.connectors.vendors import VENDORS, vendor_facts
from samspill.errors import UsageError
from samspill.reasons import Reason
from samspill.usecases import connecting
from samspill.usecases.connections import check_names

if TYPE_CHECKING:
    from samspill.usecases.views.connections import Connected, Tested

SHOWN = 12
"""So many of a key's rights are shown."""


@click.command()
@click.argument("vendor", type=click.Choice(VENDORS))
@click.option("--name", required=True, shell_complete=connection_names, help="Name of the connection.")
@click.option("--address", help="Base address of the vendor's API; asked for if the vendor has no default.")
@click.option("--setting", multiple=True, metavar="NAME=VALUE", help="Setting of the connection. May be repeated.")
@click.option(
    "--credentials-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file with the credentials. Without it you are asked; they are never taken as arguments.",
)
@click.option(
    "--same-company", is_flag=True, help="Confirm that it is the same company although its address or name has changed."
)
@click.option(
    "--shared-account",
    is_flag=True,
    help="Confirm that another tenant has connected the same account, and is to keep it.",
)
@click.option("--no-test", is_flag=True, help="Store the key without testing it first.")
@click.option("--new-tenant", is_flag=True, help="If the tenant is new, create it without asking.")
@json_option
@pass_terminal
def connect(
    terminal: Terminal,
    *,
    vendor: str,
    name: str,
    address: str | None,
    setting: tuple[str, ...],
    credentials_file: Path | None,
    same_company: bool,
    shared_account: bool,
    no_test: bool,
    new_tenant: bool,
) -> None:
    """Store a vendor's address and key. For an existing connection only the key is replaced; everything else stays.

    With --setting or --address and no --credentials-file, the stored key is kept. A new key is tested before it
    replaces the old one. If flows use the connection, it must belong to the same company as before.

    \b
    Example: samspill connect tripletex --name our-tripletex
    """
    facts = vendor_facts(vendor)
    before = connecting.present(terminal.world, terminal.actor, terminal.tenant, name)
    if before is None:  # before a key is asked for
        check_names(terminal.tenant, name)
    elif before.vendor != vendor:
        raise UsageError.because("other_system", connection=name, vendor=before.vendor, wanted=vendor)
    if not new_tenant and connecting.is_new_tenant(terminal.world, terminal.actor, terminal.tenant):
        terminal.confirm(terminal.text("tenant.new", tenant=terminal.tenant))
    settings = pairs(terminal, setting)
    check_settings(terminal, facts, settings)
    usual = before.base_url if before else next(iter(facts.addresses.values()), None)
    keeps = before is not None and credentials_file is None and bool(setting or address)
    if not keeps and credentials_file is None:
        need_terminal(terminal, facts)
    url = address or usual or click.prompt(terminal.text("address"), err=terminal.as_json)
    if not keeps and credentials_file is None:  # before a key is typed that may be shown only once
        connecting.reach(terminal.world, terminal.actor, terminal.tenant, name, vendor, url, settings)
    stored = connecting.store(
        terminal.world,
        terminal.actor,
        terminal.tenant,
        name,
        vendor,
        url,
        credentials=None if keeps else credentials(terminal, facts, credentials_file),
        settings=settings,
        same_company=same_company,
        shared_account=shared_account,
        test_first=not no_test,
    )
    if not no_test:
        who = {"user": stored.user, "company": stored.company, "id": stored.company_id}
        terminal.tell(terminal.text("connected", **who))
    terminal.tell(terminal.text("stored" if stored.status == "new" else "stored.tested", name=name))
    if stored.status != "new":
        _tell_twice(terminal, stored)
        tell_webhooks(terminal, stored.webhooks)
    terminal.answer(stored)


@click.command()
@click.argument("name", shell_complete=connection_names)
@click.option("--same-company", is_flag=True, help="Confirm that it is the same company although its name has changed.")
@click.option(
    "--shared-account",
    is_flag=True,
    help="Confirm that another tenant has connected the same account, and is to keep it.",
)
@json_option
@pass_terminal
def test(terminal: Terminal, *, name: str, same_company: bool, shared_account: bool) -> int:
    """Test a connection: whose key it is and what it may do. Exit code 1 if anything is missing.

    If an active flow uses the connection, its webhooks are renewed as well.

    \b
    Example: samspill test our-tripletex
    """
    tested = connecting.test(
        terminal.world,
        terminal.actor,
        terminal.tenant,
        name,
        same_company=same_company,
        shared_account=shared_account,
    )
    who = {"user": tested.user, "company": tested.company, "id": tested.company_id}
    terminal.tell(terminal.text("connected", **who))
    terminal.tell(_rights(terminal, tested.rights))
    for reason in tested.missing:
        terminal.tell(terminal.text("missing", text=terminal.reason(reason)))
    _tell_twice(terminal, tested)
    tell_webhooks(terminal, tested.webhooks)
    terminal.answer(tested)
    return PERSON_MUST_ACT if tested.missing else 0


def _tell_twice(terminal: Terminal, found: Connected | Tested) -> None:
    """Tell where the same company is connected under other names, too."""
    if found.also_as:
        names = {"company": found.company, "others": ", ".join(found.also_as)}
        terminal.tell(terminal.reason(Reason("connected_twice", names)))


def _rights(terminal: Terminal, rights: tuple[str, ...]) -> str:
    """Return the key's rights as the vendor calls them, the first few of many; `--json` has them all."""
    if not rights:
        return terminal.text("rights.untold")
    shown, more = ", ".join(rights[:SHOWN]), len(rights) - SHOWN
    return terminal.text("rights.more", rights=shown, more=more) if more > 0 else terminal.text("rights", rights=shown)


COMMANDS = (connect, test)
