"""What the layer carries: the SDK that the tests run with, and of it what the functions call."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import botocore
import pytest

from tests.support.stack import Stack, listed
from tools.build_layer import DESCRIPTIONS, SERVICES, trim_sdk
from tools.say import CommandError
from tools.uv import ROOT

SDK = Path(botocore.__file__).parent
BY_LAMBDA = {"logs", "xray"}
"""Services that Lambda itself calls in a function's name."""


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    """The SDK as it is installed, with empty folders for the services that no function calls."""
    for entry in SDK.iterdir():
        if entry.name not in {"data", "__pycache__"}:
            (tmp_path / "botocore").mkdir(exist_ok=True)
            (tmp_path / "botocore" / entry.name).symlink_to(entry)
    data = tmp_path / "botocore" / "data"
    data.mkdir()
    for entry in (SDK / "data").iterdir():
        if entry.is_file():
            shutil.copy(entry, data)
        elif entry.name in SERVICES:
            shutil.copytree(entry, data / entry.name)
        else:
            (data / entry.name).mkdir()
    return tmp_path


def test_the_sdk_in_production_is_the_one_that_is_tested() -> None:
    for lock in ("shared/requirements.txt", "requirements/dev.txt"):
        pinned = re.findall(r"^botocore==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        assert pinned == [version("botocore")], lock


def test_the_layer_describes_the_services_that_functions_may_call_and_no_other(stack: Stack) -> None:
    roles = [stack.role_of(name) for name in stack.of_type("AWS::Lambda::Function")]
    actions = [action for role in roles for it in stack.statements_of(role) for action in listed(it["Action"])]
    called = {action.partition(":")[0] for action in actions} - BY_LAMBDA
    assert {{"ses": "sesv2"}.get(service, service) for service in called} == set(SERVICES)


def test_the_trimmed_sdk_makes_every_client_and_is_small(sdk: Path) -> None:
    trim_sdk(sdk / "botocore" / "data")
    kept = {path.name.removesuffix(".gz") for path in (sdk / "botocore" / "data").iterdir()}
    assert kept == {*SERVICES, *DESCRIPTIONS}
    assert sum(path.stat().st_size for path in (sdk / "botocore" / "data").rglob("*") if path.is_file()) < 2_500_000

    code = "import sys; sys.path.insert(0, sys.argv[1]); from samspill.store.aws import client; import botocore;"
    code += "assert botocore.__file__.startswith(sys.argv[1]), botocore.__file__;"
    code += f"print(*(client(name).meta.service_model.service_name for name in {SERVICES}))"
    env = {"AWS_DEFAULT_REGION": "eu-north-1", "PYTHONPATH": str(ROOT / "shared")}
    made = subprocess.run([sys.executable, "-c", code, str(sdk)], env=env, check=True, capture_output=True, text=True)
    assert made.stdout.split() == list(SERVICES)


def test_an_sdk_that_keeps_its_descriptions_elsewhere_does_not_build(sdk: Path) -> None:
    shutil.rmtree(sdk / "botocore" / "data" / "sqs")
    with pytest.raises(CommandError, match="no sqs"):
        trim_sdk(sdk / "botocore" / "data")
