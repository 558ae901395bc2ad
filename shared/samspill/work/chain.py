"""One chain of pages per read: of several messages that ask for the same page, one goes on.

A message may come twice, and a function that dies has its message delivered again, so that the next page is asked for
twice. Each such message has a name of its own. A page is counted in the run before the next one is asked for, together
with the name of the message that counted it: that one goes on, the others end. A function that dies between the two has
the same message delivered again, which finds its own name and asks for the next page once more.
"""

from __future__ import annotations

from samspill.messages import FetchPage
from samspill.state import Run


def note(message: FetchPage) -> dict[str, str]:
    """Return what the run keeps when this message counts its page."""
    return note_of(_list(message), message.page, message.chain)


def is_others(run: Run, message: FetchPage) -> bool:
    """Tell whether another message has counted this page, or the read is past it: there is nothing left to do."""
    return has_gone_on(run, _list(message), message.page, message.chain)


def note_of(what: str, number: int, name: str) -> dict[str, str]:
    """Return what a run keeps when the message of this name is done with one link of the chain `what`."""
    return {what: f"{number} {name}"}


def has_gone_on(run: Run, what: str, number: int, name: str) -> bool:
    """Tell whether a message of another name is done with this link of a chain, or the chain is past it."""
    held = run.notes.get(what)
    if held is None:
        return False  # nothing is done yet, or only by the version before this one
    done, _, other = held.partition(" ")
    return number < int(done) or (number == int(done) and name != other)


def following(message: FetchPage, token: str | None, name: str, *, whole: bool) -> FetchPage:
    """Return the message for the next page, under a name that no other message has."""
    update = {"token": token, "page": message.page + 1, "whole": whole, "chain": name, "waits": 0, "turn": 0}
    return message.model_copy(update=update)


def anew(message: FetchPage, name: str) -> FetchPage:
    """Return the message that reads the whole list instead of its changes, in the place of the next page."""
    return following(message, None, name, whole=True).model_copy(update={"since": None})


def _list(message: FetchPage) -> str:
    return f"{message.stream}/{message.side}"
