"""docs/reasons.md: every sentence that tells a person why a record ended as it did."""

from samspill.reasons.catalogue import CATALOGUE
from tools.pages.markdown import page, table

INTRODUCTION = """\
Every outcome, review and error carries one of these codes. The sentence says what happened first, then what to do;
`{names}` are filled in. The vendor's own words and request id are kept beside it."""


def reasons() -> str:
    """Return the page."""
    rows = [(f"`{code}`", english, norwegian, german) for code, (norwegian, english, german) in CATALOGUE.items()]
    return page("Reasons", INTRODUCTION, table(["Code", "English", "Norsk bokmål", "Deutsch"], rows))
