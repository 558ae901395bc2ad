"""`review`: what waits for a person, and the person's decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from samspill.cli.candidates import candidate_rows
from samspill.cli.completion import flow_names
from samspill.cli.follow import follow
from samspill.cli.held import tell_held
from samspill.cli.terminal import Terminal, json_option, pass_terminal
from samspill.usecases import deciding, status
from samspill.usecases.deciding import Wish
from samspill.usecases.views.review import Decisions

if TYPE_CHECKING:
    from samspill.state import FlowKey
    from samspill.usecases.views.review import Asked


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.option("--stream", help="Only this stream; needed if an id occurs in several.")
@click.option("--link", "links", multiple=True, metavar="ID[=TARGET]", help="Link to TARGET, or to the only candidate.")
@click.option("--create", multiple=True, metavar="ID", help="Create it on the other side.")
@click.option("--ignore", multiple=True, metavar="ID", help="Leave it out.")
@click.option("--take-left", multiple=True, metavar="ID", help="Resolve the conflict with the left system's value.")
@click.option("--take-right", multiple=True, metavar="ID", help="Resolve the conflict with the right system's value.")
@click.option("--archive", multiple=True, metavar="ID", help="Deleted on one side: archive it on the other.")
@click.option("--keep", multiple=True, metavar="ID", help="Deleted on one side: keep it on the other.")
@click.option(
    "--all", "everything", type=click.Choice(["link", "create", "ignore"]), help="Decide everything that is listed."
)
@click.option("--code", help="Only this reason, such as `similar`; before the first sync is approved, also `created`.")
@json_option
@pass_terminal
def review(
    terminal: Terminal,
    /,
    *,
    flow: str,
    stream: str | None,
    links: tuple[str, ...],
    everything: str | None,
    code: str | None,
    **chosen: tuple[str, ...],
) -> None:
    """List what waits for a decision, or decide: one record or many.

    A decision can be changed until it is carried out. After that, a record left out can still be decided; a link or a
    created record is undone with `samspill unlink`; the value that lost a conflict is shown by `samspill log --record`
    and has to be entered again; and an archived record is made active again in its own system.

    Until the first sync is approved, you can also decide about records that its plan would create. The plan is then
    made again, with another hash.

    \b
    Examples:
      samspill review tripletex-timerabbit
      samspill review tripletex-timerabbit --link left-100231=1007 --ignore left-100240
      samspill review tripletex-timerabbit --code similar --all create
      samspill review tripletex-timerabbit --code created --stream customers
    """
    terminal.check_code(code)
    key = terminal.flow(flow)
    wishes = [Wish(name, action.replace("_", "-")) for action, names in chosen.items() for name in names]
    wishes += [Wish(name, "link", target) for name, _, target in (option.partition("=") for option in links)]
    if not wishes and everything is None:
        found = deciding.waiting(terminal.world, terminal.actor, key, stream=stream, code=code)
        tell_held(terminal, found.held)
        _list(terminal, found.items)
        terminal.answer(found)
        return
    made = deciding.decide(terminal.world, terminal.actor, key, wishes, stream=stream, code=code, others=everything)
    counts = Counter(terminal.word(f"decided.{each.action}") for each in made)
    told = ", ".join(f"{count} {action}" for action, count in counts.items())
    terminal.tell(terminal.text("decided", count=len(made), action=told) if made else terminal.text("review.none"))
    terminal.answer(Decisions(decided=made, plan=_plan_made_anew(terminal, key) if made else None))


def _plan_made_anew(terminal: Terminal, key: FlowKey) -> str | None:
    """Wait for the plan that holds the decisions, before the first sync is approved; return its hash."""
    run = deciding.plan_made_anew(terminal.world, terminal.actor, key)
    if run is None:
        return None
    follow(terminal, key, run)
    digest = status.flow(terminal.world, terminal.actor, key).plan
    if digest is not None:
        terminal.tell(terminal.text("review.replanned", hash=digest, flow=key.flow))
    return digest


def _list(terminal: Terminal, items: Sequence[Asked]) -> None:
    if not items:
        terminal.tell(terminal.text("review.none"))
    rows = []
    for each in items:
        rows.append([terminal.named(each.stream), each.link, each.label, terminal.reason(each.reason)])
        rows += [["", *row] for row in candidate_rows(terminal, each.candidates)]
        for name, values in each.conflicts.items():
            told = (f"{each.systems.get(side, side)}: {value}" for side, value in values.items())
            rows.append(["", "", terminal.named(name), " · ".join(told)])
    terminal.table([""] * 4, rows)


COMMANDS = (review,)
