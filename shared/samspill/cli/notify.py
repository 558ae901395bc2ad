"""`notify`: who is told of what, trials, and mutes with an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from samspill.cli.terminal import Terminal, json_option, pass_terminal
from samspill.reasons import LANGUAGES, Language
from samspill.usecases import notify as use_cases

if TYPE_CHECKING:
    from samspill.usecases.views.notify import MuteView, NoticeView, RecipientView

KINDS = click.Choice(use_cases.KINDS)
LONGEST_HOURS = 30 * 24


@click.group()
def notify() -> None:
    """Manage who is notified when something needs a person, and how.

    \b
    Examples:
      samspill notify add mail kari@firma.example
      samspill notify list
    """


@notify.command("list")
@json_option
@pass_terminal
def list_(terminal: Terminal) -> None:
    """List recipients, mutes and notices.

    \b
    Example: samspill notify list
    """
    found = use_cases.listed(terminal.world, terminal.actor, terminal.tenant)
    if not found.recipients:
        terminal.tell(terminal.text("notify.none"))
    terminal.table(terminal.text("notify.head").split("|"), [_recipient(terminal, each) for each in found.recipients])
    terminal.table(terminal.text("notify.mutes.head").split("|"), [_mute(terminal, each) for each in found.mutes])
    rows = [_notice(terminal, each) for each in found.notices]
    terminal.table(terminal.text("notify.notices.head").split("|"), rows)
    terminal.answer(found)


@notify.command()
@click.argument("way", type=click.Choice(use_cases.WAYS))
@click.argument("address")
@click.option("--kind", "kinds", type=KINDS, multiple=True, help="Only notices of this kind. May be repeated.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the notices; yours by default.")
@click.option("--everywhere", is_flag=True, help="Notices about all tenants, for those who run the installation.")
@json_option
@pass_terminal
def add(
    terminal: Terminal,
    *,
    way: str,
    address: str,
    kinds: tuple[str, ...],
    language: Language | None,
    everywhere: bool,
) -> None:
    """Add a recipient: an e-mail address, a webhook or a chat channel.

    Webhooks carry signed JSON; a chat channel is given by its incoming webhook. Recipients are notified once when a
    condition begins and once when it is over.

    \b
    Examples:
      samspill notify add mail kari@firma.example --language nb
      samspill notify add chat https://chat.example/hooks/abc --kind failed --kind key
      samspill notify add mail drift@hub.example --everywhere
    """
    made = use_cases.add(
        terminal.world,
        terminal.actor,
        terminal.tenant,
        way,
        address,
        language=language or terminal.language,
        kinds=kinds,
        everywhere=everywhere,
    )
    terminal.tell(terminal.text("notify.added", id=made.recipient.recipient))
    if made.secret is not None:
        terminal.tell(terminal.text("notify.secret"))
        terminal.tell(made.secret)
    terminal.answer(made)


@notify.command()
@click.argument("recipient")
@json_option
@pass_terminal
def remove(terminal: Terminal, *, recipient: str) -> None:
    """Remove a recipient.

    \b
    Example: samspill notify remove mail-1
    """
    removed = use_cases.remove(terminal.world, terminal.actor, terminal.tenant, recipient)
    terminal.tell(terminal.text("notify.removed", id=recipient))
    terminal.answer(removed)


@notify.command("test")
@click.argument("recipient")
@json_option
@pass_terminal
def test_(terminal: Terminal, *, recipient: str) -> None:
    """Send a recipient a test notice.

    \b
    Example: samspill notify test mail-1
    """
    tried = use_cases.try_out(terminal.world, terminal.actor, terminal.tenant, recipient)
    terminal.tell(terminal.text("notify.tried", address=tried.recipient.address))
    terminal.answer(tried)


@notify.command()
@click.option("--hours", type=click.IntRange(1, LONGEST_HOURS), help="Number of hours to hold back notices.")
@click.option("--kind", type=KINDS, help="Only notices of this kind.")
@click.option("--flow", help="Only notices about this flow.")
@click.option("--end", is_flag=True, help="End all mutes now.")
@json_option
@pass_terminal
def mute(terminal: Terminal, *, hours: int | None, kind: str | None, flow: str | None, end: bool) -> None:
    """Hold back new notices for some hours. What still applies when the mute ends is sent then.

    \b
    Examples:
      samspill notify mute --hours 8 --flow tripletex-timerabbit
      samspill notify mute --end
    """
    if end:
        muted = use_cases.unmute(terminal.world, terminal.actor, terminal.tenant)
        terminal.tell(terminal.text("notify.unmuted"))
    elif hours is None:
        raise click.UsageError(terminal.text("notify.hours"))
    else:
        muted = use_cases.mute(terminal.world, terminal.actor, terminal.tenant, hours=hours, kind=kind, flow=flow)
        terminal.tell(terminal.text("notify.muted", until=terminal.moment(max(each.until for each in muted.mutes))))
    terminal.answer(muted)


def _recipient(terminal: Terminal, recipient: RecipientView) -> list[str]:
    kinds = ", ".join(recipient.kinds) or terminal.text("notify.all")
    return [recipient.recipient, recipient.way, recipient.address, recipient.language, kinds]


def _mute(terminal: Terminal, mute: MuteView) -> list[str]:
    return [terminal.moment(mute.until), mute.kind or "", mute.flow or "", mute.by]


def _notice(terminal: Terminal, notice: NoticeView) -> list[str]:
    over = terminal.moment(notice.ended_at) if notice.ended_at else "-"
    count = f"{notice.count}+" if notice.at_least else str(notice.count)
    place = notice.flow or notice.connection or ""
    return [notice.kind, place, count, terminal.moment(notice.since), ", ".join(notice.told) or "-", over]


COMMANDS = (notify,)
