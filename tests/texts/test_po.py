"""The reader of language files reads what translators' tools write, as Babel reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from samspill.texts.po import Entry, entries
from tools.texts import forms, homes, messages, read

FILES = sorted(file for folder in homes() for file in folder.glob("*.po*"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.parent.name}/{file.name}")
def test_every_file_is_read_as_babel_reads_it(file: Path) -> None:
    header, *found = entries(file.read_text(encoding="utf-8"))

    assert header.english == ("",)
    assert found == [
        Entry(
            message.context or "",
            forms(message.id),
            forms(message.string),
            message.fuzzy,
        )
        for message in messages(read(file))
    ]


def test_wrapped_lines_signs_comments_and_what_is_obsolete_are_read_as_gettext_has_them() -> None:
    found = entries(
        '# A translator said "this"\n'
        "#: somewhere.py:3\n"
        "#, fuzzy, python-brace-format\n"
        '#| msgid "One"\n'
        'msgctxt "a.b"\n'
        'msgid ""\n'
        '"One \\"{name}\\",\\n"\n'
        '"two\\\\n"\n'
        'msgstr ""\n'
        '"Ein \\"{name}\\"\\t"\n'
        "\n"
        '#~ msgid "gone"\n'
        '#~ msgstr "fort"\n'
        "\n"
        'msgid "{count} day"\n'
        'msgid_plural "{count} days"\n'
        'msgstr[0] "{count} dag"\n'
        'msgstr[1] "{count} dager"\n'
    )

    assert list(found) == [
        Entry("a.b", ('One "{name}",\ntwo\\n',), ('Ein "{name}"\t',), is_fuzzy=True),
        Entry("", ("{count} day", "{count} days"), ("{count} dag", "{count} dager"), is_fuzzy=False),
    ]
