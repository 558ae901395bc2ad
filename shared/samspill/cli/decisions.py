"""`review`: what waits for a person, and the person's decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from samspill.cli.candidates import candidate_rows
from samspill.cli.desk import Desk, json_option, pass_desk
from samspill.cli.follow import follow
from samspill.cli.held import tell_held
from samspill.engine.model import Link, Side
from samspill.plan import pending_plan
from samspill.state import FlowKey, StreamKey
from samspill.usecases import review as reviews


@click.command()
@click.argument("flow")
@click.option("--stream", help="Only this stream; needed when an id stands in several.")
@click.option("--link", "links", multiple=True, metavar="ID[=TARGET]", help="Link to TARGET, or to the one candidate.")
@click.option("--create", multiple=True, metavar="ID", help="Create it on the other side.")
@click.option("--ignore", multiple=True, metavar="ID", help="Leave it out.")
@click.option("--take-left", multiple=True, metavar="ID", help="In a conflict the left side holds.")
@click.option("--take-right", multiple=True, metavar="ID", help="In a conflict the right side holds.")
@click.option("--archive", multiple=True, metavar="ID", help="Deleted on one side: archive the other.")
@click.option("--keep", multiple=True, metavar="ID", help="Deleted on one side: keep the other.")
@click.option(
    "--all", "everything", type=click.Choice(["link", "create", "ignore"]), help="Decide all that are listed."
)
@click.option("--code", help="Only what waits for this reason, such as `similar`; before approval `created`, too.")
@json_option
@pass_desk
def review(
    desk: Desk,
    /,
    *,
    flow: str,
    stream: str | None,
    links: tuple[str, ...],
    everything: str | None,
    code: str | None,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> None:
    """List what waits for a person, or decide about it, one or many at a time. A decision may be changed later.

    Until the first sync is approved, what its plan would create may be decided about as well. The plan is then made
    anew, with another hash.

    \b
    Examples:
      samspill review tripletex-timerabbit
      samspill review tripletex-timerabbit --link left-100231=1007 --ignore left-100240
      samspill review tripletex-timerabbit --code similar --all create
      samspill review tripletex-timerabbit --code created --stream customers
    """
    desk.as_json = as_json
    here = desk.flow(flow)
    found = [
        (key, link)
        for key, link in (
            *reviews.waiting_for_a_person(desk.world, desk.actor, here),
            *(pending_plan.undecided(desk.world, here) if code else ()),
        )
        if stream in {None, key.stream} and (code is None or (link.outcome and link.outcome.reason.code == code))
    ]
    wanted = [(name, action.replace("_", "-"), "") for action, names in chosen.items() for name in names]
    wanted += [(name, "link", target) for name, _, target in (option.partition("=") for option in links)]
    if everything:
        wanted += [(link.id, everything, "") for _, link in found if link.id not in {name for name, _, _ in wanted}]
    elif not wanted:
        tell_held(desk, here)
        _list(desk, here, found)
        return
    places = {name: _place(desk, here, stream, name, found) for name, _, _ in wanted}
    groups: dict[tuple[StreamKey, str, str], list[str]] = {}
    for name, action, target in wanted:
        groups.setdefault((places[name], action, target), []).append(name)
    for (key, action, target), names in groups.items():
        reviews.decide(desk.world, desk.actor, key, names, action, target=target or None)
    actions = ", ".join(sorted({action for _, action, _ in wanted}))
    desk.tell(desk.text("decided", count=len(wanted), action=actions))
    told = {"decided": [{"link": name, "action": action} for name, action, _ in wanted]}
    plan = _plan_anew(desk, here)
    desk.answer({**told, "plan": plan} if plan else told)


def _plan_anew(desk: Desk, key: FlowKey) -> str | None:
    """Wait for the plan that holds the decisions, before the first sync is approved; return its hash."""
    state = desk.world.registry.flow(key)
    run = desk.world.runs.get(key, state.plan_run or "") if pending_plan.waits(state) else None
    if run is None:
        return None
    follow(desk, run)
    digest = desk.world.registry.flow(key).plan
    if digest is not None:
        desk.tell(desk.text("review.replanned", hash=digest, flow=key.flow))
    return digest


def _place(
    desk: Desk, flow: FlowKey, stream: str | None, name: str, found: Sequence[tuple[StreamKey, Link]]
) -> StreamKey:
    """Return the one stream in which the record waits, or was decided about before."""
    places = [key for key, link in found if link.id == name]
    places = places or list(_decided(desk, flow, stream, name)) or list(_planned(desk, flow, stream, name))
    if not places:
        raise click.UsageError(desk.text("review.unknown", name=name))
    if len(places) > 1:
        raise click.UsageError(desk.text("review.several", name=name, streams=", ".join(key.stream for key in places)))
    return places[0]


def _decided(desk: Desk, flow: FlowKey, stream: str | None, name: str) -> Iterator[StreamKey]:
    for declared in desk.declared(flow).streams:
        key = StreamKey(*flow, declared.name)
        link = desk.world.links.get(key, [name]).get(name) if stream in {None, declared.name} else None
        if link is not None and link.decision is not None:
            yield key


def _planned(desk: Desk, flow: FlowKey, stream: str | None, name: str) -> Iterator[StreamKey]:
    for key, link in pending_plan.undecided(desk.world, flow):
        if link.id == name and stream in {None, key.stream}:
            yield key


def _list(desk: Desk, flow: FlowKey, found: Sequence[tuple[StreamKey, Link]]) -> None:
    if not found:
        desk.tell(desk.text("review.none"))
    rows, declared = [], desk.declared(flow)
    for key, link in found:
        rows.append([key.stream, link.id, link.label, desk.reason(link.outcome.reason) if link.outcome else ""])
        rows += [["", *row] for row in candidate_rows(desk, link.candidates)]
        systems = declared.stream(key.stream).rules.systems
        for name, values in link.conflicts.items():
            told = (f"{systems.get(Side(side), side)}: {value}" for side, value in values.items())
            rows.append(["", "", name, " · ".join(told)])
    desk.table([""] * 4, rows)
    desk.answer(
        [
            {
                "stream": key.stream,
                "link": link.id,
                "label": link.label,
                "ids": {side.value: external_id for side, external_id in link.ids.items()},
                "reason": link.outcome.reason.to_json() if link.outcome else None,
                "candidates": [
                    {"external_id": c.external_id, "label": c.label, "score": c.score, "why": c.why}
                    for c in link.candidates
                ],
                "conflicts": {name: dict(values) for name, values in link.conflicts.items()},
            }
            for key, link in found
        ]
    )


COMMANDS = (review,)
