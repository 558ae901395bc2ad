"""The words of notices: what happened, how many, since when, the first of them, and what to do, with the command."""

from __future__ import annotations

from datetime import datetime
from shlex import quote

from samspill.notices.kinds import Kind
from samspill.notices.notice import END, MORE, Notice
from samspill.ports import Letter
from samspill.reasons import Language
from samspill.signs import shown
from samspill.texts import catalogue
from samspill.texts.reasons import reason_text

COMMANDS = {
    Kind.KEY: "connect {label} --name {connection}",
    Kind.KEY_ENDS: "connect {label} --name {connection}",
    Kind.OVERDUE: "status {flow}",
    Kind.SLOW: "status {flow}",
    Kind.FAILED: "log {flow} --result failed",
    Kind.CONFLICT: "review {flow}",
    Kind.REVIEW: "review {flow}",
    Kind.HELD: "status {flow}",
    Kind.TOTALS: "totals {flow}",
    Kind.WEBHOOKS_REFUSED: "test {connection}",
    Kind.WEBHOOKS_SILENT: "test {connection}",
    Kind.SETUP: "approve {flow} --operator",
    Kind.DEAD_LETTERS: "tenants",
}
GROWS = frozenset({Kind.FAILED, Kind.CONFLICT, Kind.REVIEW, Kind.HELD, Kind.TOTALS, Kind.DEAD_LETTERS})
"""Kinds that are counted."""


def letter(notice: Notice, edge: str, language: Language, *, stack: str, contact: str) -> Letter:
    """Return what is told of the start or the end of a condition, as plain text without anything that is obeyed."""
    values = {
        "flow": notice.flow,
        "connection": notice.connection,
        "count": f"{notice.count}+" if notice.at_least else notice.count,
    }
    what = catalogue.say(language, f"notice.{notice.kind}.what", **values)
    place = _place(notice, language, stack)
    if edge == END:
        over = catalogue.say(language, f"notice.{notice.kind}.over", **values)
        until = notice.well_since or notice.ended_at or notice.ill_at
        lasted = catalogue.say(language, "notice.lasted", since=_moment(notice.since), until=_moment(until))
        lines = [over, "", _sentence(what), lasted, catalogue.say(language, "notice.nothing")]
        return _letter(catalogue.say(language, "notice.over", place=place, what=over), lines, language, contact)
    lines = [_sentence(what), "", catalogue.say(language, "notice.since", since=_moment(notice.since))]
    if notice.label and notice.kind not in {Kind.KEY, Kind.KEY_ENDS}:  # whose label is the vendor, for the command
        lines.append(catalogue.say(language, "notice.first", label=one_line(notice.label)))
    if notice.example is not None:
        lines.append(catalogue.say(language, "notice.why", reason=one_line(reason_text(notice.example, language))))
    lines += ["", catalogue.say(language, f"notice.{notice.kind}.next"), "", f"    {_command(notice, stack)}"]
    once = [
        catalogue.say(language, name) for name in ("notice.once", *(["notice.grows"] if notice.kind in GROWS else []))
    ]
    lines += ["", " ".join(once)]
    subject = catalogue.say(language, "notice.more" if edge == MORE else "notice.subject", place=place, what=what)
    return _letter(subject, lines, language, contact)


def test_letter(language: Language, *, stack: str, contact: str) -> Letter:
    """Return what is told to try a recipient."""
    subject = catalogue.say(language, "notice.test.subject", stack=stack)
    return _letter(subject, [catalogue.say(language, "notice.test.text")], language, contact)


def _letter(subject: str, lines: list[str], language: Language, contact: str) -> Letter:
    if contact:
        lines = [*lines, "", catalogue.say(language, "notice.contact", contact=contact)]
    return Letter(one_line(subject), "\n".join(lines) + "\n")


def _place(notice: Notice, language: Language, stack: str) -> str:
    if not notice.tenant:
        return catalogue.say(language, "notice.installation", stack=stack)
    return catalogue.say(language, "notice.place", tenant=notice.tenant, name=notice.flow or notice.connection)


def _command(notice: Notice, stack: str) -> str:
    parts = {"flow": notice.flow, "connection": notice.connection, "label": notice.label}
    names = {name: quote(part) for name, part in parts.items()}
    told = COMMANDS[notice.kind].format(**names)
    whose = f"--tenant {quote(notice.tenant)} " if notice.tenant else ""
    return one_line(f"samspill --stack {stack} {whose}{told}")


def one_line(text: str) -> str:
    """Return text that may be a vendor's as one line: nothing in it can pass for a line of ours, or be obeyed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in shown(text)).split())


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
