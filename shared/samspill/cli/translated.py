"""The command line in the person's language to the end: what click itself says, and the help of every command."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import partial
from itertools import pairwise

import click

from samspill.cli.help_texts import translate, translate_number
from samspill.cli.texts import language_of
from samspill.reasons import Language

_EXAMPLES = re.compile("^Examples?:", re.MULTILINE)


def language_asked(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language to speak before click has read the arguments: that of `--lang`, else the environment's."""
    chosen = [after for before, after in pairwise(arguments) if before == "--lang"]
    chosen += [each.removeprefix("--lang=") for each in arguments if each.startswith("--lang=")]
    return language_of(chosen[0] if chosen else None, environment)


def speak(language: Language) -> None:
    """Have click say its own words in a language, for the rest of the process.

    It asks `gettext` for them, whose only setting is for the whole process and wants compiled files of the language of
    the environment; so the two functions are replaced where click has imported them.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "click" and hasattr(module, "_"):
            vars(module)["_"] = partial(translate, language)
            if hasattr(module, "ngettext"):
                vars(module)["ngettext"] = partial(translate_number, language)


def translated[C: click.Command](command: C, language: Language) -> C:
    """Return the command, and all commands below it, with its help in a language; untranslated help stays English."""
    return reworded(command, partial(translate, language))


def reworded[C: click.Command](command: C, say: Callable[[str], str]) -> C:
    """Return the command, and all commands below it, with every passage of its help as `say` returns it.

    A passage is a paragraph on one line, the help of an option, what its values are called, or a placeholder such as
    FLOW. Examples stay.
    """
    made = copy(command)
    made.help = "\n\n".join(_paragraph(each, say) for each in made.help.strip().split("\n\n")) if made.help else None
    made.options_metavar = say(made.options_metavar) if made.options_metavar else None
    made.params = [_parameter(each, say) for each in command.params]
    if isinstance(made, click.Group):
        made.subcommand_metavar = say(made.subcommand_metavar)
        made.commands = {name: reworded(each, say) for name, each in made.commands.items()}
    return made


def _paragraph(text: str, say: Callable[[str], str]) -> str:
    if text.startswith("\b"):
        return _EXAMPLES.sub(lambda heading: say(heading[0]), text)
    return say(" ".join(text.split()))


def _parameter(parameter: click.Parameter, say: Callable[[str], str]) -> click.Parameter:
    made = copy(parameter)
    if isinstance(made, click.Option | click.Argument) and made.help:
        made.help = say(made.help)
    if isinstance(made.type, click.Choice) or getattr(made, "is_flag", False):
        return made  # click shows the choices
    made.type = copy(made.type)
    made.type.name = say(made.type.name)
    if isinstance(made, click.Argument):
        name = say(made.human_readable_name)
        made.metavar = name if made.required else f"[{name}]"
    elif made.metavar:
        made.metavar = say(made.metavar)
    return made
