"""docs/schemas/: the JSON Schema of every message between the steps."""

import json
from typing import get_args

from pydantic import BaseModel

from samspill.messages import Message


def schemas() -> dict[str, str]:
    """Return the schemas by file name, `<schema name>.<major version>.json`."""
    kinds: tuple[type[BaseModel], ...] = get_args(Message.__value__)
    return {_file_name(kind): json.dumps(kind.model_json_schema(), indent=2, sort_keys=True) + "\n" for kind in kinds}


def _file_name(kind: type[BaseModel]) -> str:
    name: str = kind.model_fields["schema_"].default
    return f"{name.replace('/', '.')}.json"
