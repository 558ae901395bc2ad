"""The same name, typed by somebody else."""

from __future__ import annotations

from random import Random

_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "Ae", "Ø": "O", "Å": "A"})


def plain(text: str) -> str:
    """Return the text with æ, ø and å written as an English keyboard does."""
    return text.translate(_PLAIN)


def sloppy(name: str) -> str:
    """Return the name in another spelling altogether: `Fjellheim Ror og Sanitaer A/S`."""
    return plain(name).replace("&", "og").replace(" AS", " A/S")


def vary(name: str, dice: Random) -> str:
    """Return the name as it is (two times in three), or in some other spelling."""
    kind = dice.randrange(18)
    if kind < 12:
        return name
    return (
        sloppy(name),
        name.upper(),
        name.replace("&", "og"),
        name.removesuffix(" AS"),
        name.replace(" ", "  ", 1) + " ",
        plain(name),
    )[kind - 12]
