"""Lint the template as CloudFormation will see it: expand the SAM resources first, then run cfn-lint on the result.

Usage: `python -m tools.check_template`.

cfn-lint on the raw file misses what only the expanded one shows: an unknown runtime, or a queue whose messages come
back while the function still works on them. Needs no network and no credentials.
"""

import json
import os
import sys
import tempfile
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from tools.say import CommandError, run
from tools.uv import ROOT

TEMPLATE = ROOT / "template.yaml"
REGION = "eu-north-1"
CODE = {"functions/": "s3://samspill-lint/code", "shared/": "s3://samspill-lint/layer"}
"""Local folders and what stands for them: the expansion takes uploaded code only."""


class _NoManagedPolicies:
    """The roles are written out in the template, so nothing is looked up."""

    def load(self) -> dict[str, str]:
        return {}


def load(path: Path = TEMPLATE) -> dict[str, Any]:
    """Return the template as it is written, short forms (`!Ref`) as their long ones."""
    return deepcopy(_parsed(path.read_text(encoding="utf-8")))


@cache
def _parsed(text: str) -> dict[str, Any]:
    from samtranslator.yaml_helper import yaml_parse

    parsed: dict[str, Any] = yaml_parse(text)
    return parsed


def transformed(path: Path = TEMPLATE) -> dict[str, Any]:
    """Return the template with every SAM resource expanded; its parameters keep their defaults."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    from samtranslator.translator.transform import transform

    template = load(path)
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            folder = resource.get("Properties", {}).get(name)
            if isinstance(folder, str):
                resource["Properties"][name] = next(uri for start, uri in CODE.items() if folder.startswith(start))
    result: dict[str, Any] = transform(template, {}, _NoManagedPolicies())
    return result


def main(path: Path = TEMPLATE) -> int:
    """Lint, print what is wrong; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        expanded = Path(folder) / "template.json"
        expanded.write_text(json.dumps(transformed(path), indent=1, default=str), encoding="utf-8")
        try:
            run([f"{ROOT}/.venv/bin/cfn-lint", "--regions", REGION, "--template", str(expanded)], cwd=ROOT)
        except CommandError as error:
            print(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
