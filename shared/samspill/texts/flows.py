"""What flows do, what to do before one begins, and what its settings are for."""

from __future__ import annotations

from samspill.reasons import Language
from samspill.texts.catalogue import say


def title(language: Language, declaration: str) -> str:
    """Return what an integration does, in a few words."""
    return say(language, f"flow.{declaration}.title")


def setup(language: Language, declaration: str) -> str:
    """Return what has to be done in the vendors' screens before an integration begins."""
    return say(language, f"flow.{declaration}.setup")


def setting(language: Language, name: str) -> str:
    """Return what a setting of a flow is for."""
    return say(language, f"flow.setting.{name}")
