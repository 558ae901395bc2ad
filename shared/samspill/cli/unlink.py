"""`unlink`: undoes a link that was made wrongly."""

from __future__ import annotations

import click

from samspill.cli.completion import flow_names
from samspill.cli.terminal import Terminal, json_option, pass_terminal
from samspill.usecases import unlinking


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.argument("record", metavar="ID")
@click.option(
    "--link", "target", metavar="TARGET", help="Link the record to TARGET instead, an id in the other system."
)
@click.option("--stream", help="Only this stream; needed if an id occurs in several.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@pass_terminal
def unlink(terminal: Terminal, *, flow: str, record: str, target: str | None, stream: str | None, yes: bool) -> None:
    """Undo a link between two records. Both stay in their systems, and a person decides what happens to each.

    ID is the id or number of either record, or the id that `log --record` shows. Nothing is deleted, and no rule links
    the two again. Records that refer to the pair wait for a new link.

    \b
    Examples:
      samspill unlink tripletex-timerabbit left-100231
      samspill unlink tripletex-timerabbit left-100231 --link 1007
    """
    key = terminal.flow(flow)
    pair = unlinking.find(terminal.world, terminal.actor, key, record, stream=stream)
    if not yes:
        terminal.confirm(terminal.text("unlink.ask", label=pair.label, **pair.told))
    made = unlinking.unlink(terminal.world, terminal.actor, key, record, stream=stream, target=target)
    terminal.tell(terminal.text("unlink.done", label=made.label))
    if made.referring:
        terminal.tell(terminal.text("unlink.again", count=made.referring))
    for each in made.records:
        if each.linked_to:
            terminal.tell(terminal.text("unlink.linking", link=each.link, target=each.linked_to))
        elif each.asked:
            terminal.tell(terminal.text("unlink.next", flow=flow, link=each.link))
    terminal.answer(made)


COMMANDS = (unlink,)
