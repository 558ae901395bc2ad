"""docs/reasons.md and its translations: every sentence that tells a person why a record ended as it did."""

from samspill.reasons import LANGUAGES, Language
from samspill.texts.catalogue import catalogue
from samspill.texts.reasons import sentences
from tools.pages.markdown import page, table

LINKS: dict[Language, str] = {"en": "English", "nb": "Norsk bokmål", "de": "Deutsch"}


def reasons() -> dict[str, str]:
    """Return the page of each language by its name."""
    return {_name(language): _page(language) for language in LANGUAGES}


def _name(language: Language) -> str:
    return "reasons.md" if language == "en" else f"reasons.{language}.md"


def _page(language: Language) -> str:
    texts = catalogue(language).forms
    title, introduction, code, sentence = (
        texts[f"page.reasons.{part}"][0] for part in ("title", "introduction", "code", "sentence")
    )
    others = " · ".join(f"[{said}]({_name(other)})" for other, said in LINKS.items() if other != language)
    rows = [(f"`{each}`", "<br>".join(dict.fromkeys(forms))) for each, forms in sentences(language).items()]
    return page(title, others, introduction, table([code, sentence], rows))
