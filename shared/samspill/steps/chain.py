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
    return {_list(message): f"{message.page} {message.chain}"}


def is_others(run: Run, message: FetchPage) -> bool:
    """Tell whether another message has counted this page, or the read is past it: there is nothing left to do."""
    held = run.notes.get(_list(message))
    if held is None:
        return False  # nothing is counted yet, or only by the version before this one
    page, _, name = held.partition(" ")
    return message.page < int(page) or (message.page == int(page) and message.chain != name)


def following(message: FetchPage, token: str, name: str, *, whole: bool) -> FetchPage:
    """Return the message for the next page, under a name that no other message has."""
    update = {"token": token, "page": message.page + 1, "whole": whole, "chain": name, "waits": 0, "turn": 0}
    return message.model_copy(update=update)


def _list(message: FetchPage) -> str:
    return f"{message.stream}/{message.side}"
