"""The command line in the person's language to the end: what click itself says, and the help of every command."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from copy import copy
from functools import partial
from itertools import pairwise

import click

from samspill.cli.texts import language_of
from samspill.reasons import Language
from samspill.texts.catalogue import translate, translate_number


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
    made = copy(command)
    if made.help:
        made.help = translate(language, made.help)
    made.params = [_translated_parameter(parameter, language) for parameter in command.params]
    if isinstance(made, click.Group):
        made.commands = {name: translated(each, language) for name, each in made.commands.items()}
    return made


def _translated_parameter(parameter: click.Parameter, language: Language) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    made = copy(parameter)
    made.help = translate(language, parameter.help)
    return made
