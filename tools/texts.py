"""Keeps the language files together: whatever `en.pot` says, `nb.po` and `de.po` translate.

Usage: `python -m tools.texts [--check]`. Without `--check` it brings `en.pot` up to the help in the code, adds what is
new in English to the other languages, for somebody to translate, marks as fuzzy what was translated from another
English, and drops what is gone.
"""

import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from samspill.cli.help_texts import HOME as HELP
from samspill.reasons import LANGUAGES, Language
from samspill.texts.catalogue import COUNTED, file_name, folders
from tools.texts_used import asked_for, is_used, said_in_help
from tools.uv import ROOT

TRANSLATED: tuple[Language, ...] = tuple(language for language in LANGUAGES if language != "en")
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {rule}\\n"

"""


def read(path: Path) -> Catalog:
    """Return a file's catalogue; an empty one where there is no file."""
    with BytesIO(path.read_bytes() if path.exists() else b"") as file:
        return read_po(file)


def merged(template: Catalog, before: Catalog) -> Catalog:
    """Return the entries of `template` with their translations, as fuzzy where those are of another English."""
    known = {_key(message): message for message in messages(before)}
    made = Catalog()
    for message in messages(template):
        translated = known.get(_key(message))
        new = Message(message.id, context=message.context, user_comments=message.user_comments)
        if translated is not None:
            new.string = translated.string if new.pluralizable == translated.pluralizable else new.string
            new.flags |= translated.flags & {"fuzzy"} | ({"fuzzy"} if translated.id != message.id else set())
        made[message.id] = new
    return made


def write(path: Path, language: Language, catalogue: Catalog) -> None:
    """Write a file: one line a text, and a header that is the same on every day."""
    from babel import Locale
    from babel.messages.plurals import get_plural

    with BytesIO() as file:
        write_po(file, catalogue, width=0, omit_header=True)
        text = HEADER.format(language=language, rule=get_plural(Locale(language)).plural_forms)
        path.write_text(f"{text}{file.getvalue().decode().strip()}\n", encoding="utf-8")


def messages(catalogue: Catalog) -> list[Message]:
    """Return the entries of a file without its header."""
    return [message for message in catalogue if message.id]


def homes() -> list[Path]:
    """Return every folder that holds language files."""
    return [*folders(), HELP]


def english(folder: Path) -> Catalog:
    """Return the English texts of a folder; that of the command line holds what help says in the code."""
    found = read(folder / file_name("en"))
    if folder == HELP:
        for said in said_in_help():
            found.add(said)
        for message in messages(found):
            if not is_used(_key(message)):
                found.delete(message.id)
    return found


def update() -> None:
    """Write every language of every folder anew."""
    for folder in homes():
        template = english(folder)
        write(folder / file_name("en"), "en", template)
        for language in TRANSLATED:
            path = folder / file_name(language)
            write(path, language, merged(template, read(path)))


def problems() -> list[str]:
    """Return everything that is wrong with the language files."""
    found: list[str] = []
    known: set[str] = set()
    for folder in homes():
        template = messages(read(folder / file_name("en")))
        where = folder.relative_to(ROOT)
        misplaced = "has a key: it belongs in texts/" if folder == HELP else "has no key: it belongs in cli/texts/"
        found += [f"{where}: {_key(each)} is in another file, too" for each in template if _key(each) in known]
        known |= {_key(each) for each in template}
        found += [f"{where}: {_key(each)} {misplaced}" for each in template if (folder == HELP) == bool(each.context)]
        found += [f"{where}/{file_name('en')}: {told}" for each in template for told in misshapen(each)]
        for language in TRANSLATED:
            path = folder / file_name(language)
            found += [f"{path.relative_to(ROOT)}: {told}" for told in untranslated(template, messages(read(path)))]
    found += [f"{key} is shown nowhere: delete it from the language files" for key in sorted(known) if not is_used(key)]
    return [*found, *(f"{where}: no text has the key {key}" for key, where in asked_for() if key not in known)]


def misshapen(message: Message) -> Iterator[str]:
    """Tell what is wrong with an English text."""
    key, (one, *_, many) = _key(message), (*forms(message.id)[:1], *forms(message.id))
    if not message.context:  # click's own words: it passes the number by itself
        return
    if not names(one) <= names(many) or not names(many) - names(one) <= set(COUNTED):
        yield f"{key}: the form of one names what the form of many names; it may leave out the number"
    if message.pluralizable != bool(names(many) & set(COUNTED)):
        yield f"{key}: what names one of {', '.join(COUNTED)} has a form for one and a form for many, nothing else has"
    if key.startswith("name.") and key != f"name.{message.id}":
        yield f"{key}: in English a name is what options take"


def untranslated(template: list[Message], catalogue: list[Message]) -> Iterator[str]:
    """Tell what a language lacks of the English texts, and has beside them."""
    known = {_key(message): message for message in catalogue}
    wanted = {_key(message): message for message in template}
    for key, english in wanted.items():
        message = known.get(key)
        if message is None or message.id != english.id or message.fuzzy:
            yield f"{key} is not translated from the present English: `make texts`, translate, take “fuzzy” away"
        elif not all(forms(message.string)):
            yield f"{key} is not translated"
        elif not _same_names(forms(english.id), forms(message.string)):
            yield f"{key} does not name the same values as in English"
    yield from (f"{key} is no longer in English: run `make texts`" for key in known if key not in wanted)


def _same_names(english: tuple[str, ...], translated: tuple[str, ...]) -> bool:
    """Tell whether the forms name the same values. The form of one may leave out its number: “every minute”."""
    one, many = names(english[0]), names(english[-1])
    *few, last = (names(form) for form in translated)
    return last == many and all(each in (one, many) or (each < many and many - each <= set(COUNTED)) for each in few)


def names(text: str) -> set[str]:
    """Return the values that a text names."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the one form of a text, or all of them."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _key(message: Message) -> str:
    return message.context or forms(message.id)[0]


def main(arguments: list[str]) -> int:
    """Write the files, or check them; the exit code."""
    if "--check" not in arguments:
        update()
    found = problems()
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
