"""docs/schemas/: the JSON Schema of every message between the steps, and of every answer of the command line."""

import json
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from pydantic import BaseModel

from samspill import modes
from samspill.messages import OWN, TaskMessage
from samspill.usecases import views
from samspill.usecases.views.base import Answer


def schemas() -> dict[str, str]:
    """Return the schemas by file name: `<schema name>.<major version>.json`, and `cli/…` for answers."""
    messages = {_file_name(kind): kind.model_json_schema() for kind in (*OWN, *tasks())}
    every = messages | {f"cli/{kind.schema_name()}.json": answer_schema(kind) for kind in answers()}
    return {name: json.dumps(schema, indent=2, sort_keys=True) + "\n" for name, schema in every.items()}


def tasks() -> Iterator[type[TaskMessage]]:
    """Yield every kind of message that a mode asks for and does itself."""
    for mode in iter_modules(modes.__path__):
        if mode.ispkg:
            yield from import_module(f"{modes.__name__}.{mode.name}.mode").MODE.tasks.values()


def answers() -> Iterator[type[Answer]]:
    """Yield every kind of answer."""
    for module in iter_modules(views.__path__):
        for kind in vars(import_module(f"{views.__name__}.{module.name}")).values():
            here = isinstance(kind, type) and kind.__module__ == f"{views.__name__}.{module.name}"
            if here and issubclass(kind, Answer) and kind is not Answer:
                yield kind


def answer_schema(kind: type[Answer]) -> dict[str, Any]:
    """Return the schema of one answer, with the name of its shape."""
    made = kind.model_json_schema(mode="serialization")
    made["properties"] = {"schema": {"const": kind.schema_name()}, **made["properties"]}
    made["required"] = ["schema", *made.get("required", [])]
    return made


def _file_name(kind: type[BaseModel]) -> str:
    name: str = kind.model_fields["schema_"].default
    return f"{name.replace('/', '.')}.json"
