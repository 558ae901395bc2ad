"""What all views have in common."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from samspill.reasons import Reason

_REASON = {
    "type": "object",
    "description": "Why: a code of docs/reasons.md with the values its sentence names.",
    "properties": {
        "code": {"type": "string"},
        "params": {"type": "object", "additionalProperties": {"type": "string"}},
        "vendor": {"type": "string", "description": "The vendor's own words."},
        "because": {"type": "object", "description": "The reason of another record that this one hangs on."},
    },
    "required": ["code"],
}

Said = Annotated[
    Reason, PlainSerializer(Reason.to_json, return_type=dict[str, Any]), WithJsonSchema(_REASON, mode="serialization")
]
"""A reason, in the shape that programs get."""
Text = Annotated[str, Field(description="The reason in the chosen language; for people, not to be parsed.")]
Title = Annotated[str, Field(description="In the chosen language.")]
"""What something is called; for people, not to be parsed. The door fills it in."""


class View(BaseModel):
    """Base of what a door shows."""

    model_config = ConfigDict(frozen=True)


class Explained(View):
    """Something with a reason. The door fills in `text`."""

    reason: Said | None = None
    text: Text = ""


class Answer(View):
    """What a command answers as a whole. Its shape has a name and a version; it only ever grows within a version."""

    command: ClassVar[str]

    @classmethod
    def schema_name(cls) -> str:
        """Return the name of its shape, as `--json` tells it."""
        return f"samspill.cli.{cls.command}.1"


class Failed(Answer, Explained):
    """Why a command failed; on standard error."""

    command: ClassVar[str] = "error"
    exit_code: int
