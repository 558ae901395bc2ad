"""Which of accounting's activities hours are put on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.engine.model import Link, LinkState, Observation, Side
from samspill.ports import World
from samspill.state import StreamKey

ACTIVITIES = "activities"
"""The stream that knows which of accounting's activities hours are put on."""


class Activities:
    """Accounting's activity for each task and tag: the one it is linked with, one of its name, or the standard one."""

    def __init__(self, world: World, stream: StreamKey, side: Side, settings: Mapping[str, str]) -> None:
        """Read what is known of activities. `side` has the tasks and tags, `settings` name the standard activities."""
        self._settings = settings
        links = [link for link in world.links.all(stream) if link.state is not LinkState.TOMBSTONE]
        self._links: dict[str, Link] = {link.ids[side]: link for link in links if side in link.ids}
        theirs = [link for link in links if side.other in link.ids]
        self._names = {link.ids[side.other]: link.label for link in theirs}
        self._by_name = {link.label.casefold(): link.ids[side.other] for link in theirs}
        self._other = side.other

    def of(self, project: str | None, activity: str | None) -> str | None:
        """Return the id of accounting's activity, or None."""
        link = self._links.get(activity or "")
        if link is not None and link.state is LinkState.LINKED:
            return link.ids[self._other]
        same = self._by_name.get(link.label.casefold()) if link is not None else None
        if same is not None or not (project or activity):
            return same
        standard = self._settings.get("project_activity" if project else "internal_activity", "")
        return self._by_name.get(standard.casefold())

    def name(self, cell: Observation) -> str:
        """Return what people call the cell's activity."""
        return self._names.get(str(cell.fields["activity"]), "")

    def named(self, cell: Observation) -> Observation:
        """Return the cell with names of tasks, tags and accounting's activities where it says what it lacks."""
        if cell.detail is None:
            return cell
        missing = cell.detail.missing
        names = [self._links[each].label if each in self._links else self._names.get(each, each) for each in missing]
        told = {"activity": ", ".join(names)}
        problem = cell.problem.told_with(**told) if cell.problem is not None else None
        waits = cell.waits.told_with(**told) if cell.waits is not None else None
        return replace(cell, problem=problem, waits=waits)
