"""What we ship is known: licences, a bill of materials, and workflows that run what was read."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.licences import licence_of, not_permitted
from tools.lock import RUNTIME
from tools.pages.licences import closure
from tools.sbom import sbom
from tools.uv import ROOT

LIBRARY = "Metadata-Version: 2.4\nName: {name}\nVersion: 1.2\n{licence}\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A layer's libraries: an empty folder; `install` puts one there."""
    return tmp_path


def install(content: Path, name: str, licence: str = "License-Expression: MIT") -> None:
    folder = content / f"{name}-1.2.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(LIBRARY.format(name=name, licence=licence), encoding="utf-8")


def test_every_library_we_ship_has_a_licence_that_permits_it() -> None:
    refused = {name: not_permitted(licence_of(distribution(name))) for name in closure(extra="cli")}

    assert {name: licences for name, licences in refused.items() if licences} == {}


def test_the_page_of_licences_has_every_library_of_the_layer() -> None:
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / RUNTIME.path).read_text(encoding="utf-8"), re.MULTILINE))

    assert closure(extra="") == pinned


def test_a_licence_that_reaches_into_our_own_files_is_not_permitted() -> None:
    assert not_permitted("MIT OR GPL-3.0-only") == {"GPL-3.0-only"}
    assert not_permitted("MPL-2.0 AND (Apache-2.0 OR MIT)") == set()


def test_a_library_without_a_licence_stops_the_build(content: Path) -> None:
    install(content, "unknown", licence="Summary: none told")

    with pytest.raises(LookupError, match="unknown names no licence: add it to MISSING"):
        sbom(content, version="1.0")


def test_the_bill_of_materials_is_valid_and_names_what_was_installed(content: Path) -> None:
    install(content, "one")
    install(content, "two", licence="License-Expression: MPL-2.0 AND (Apache-2.0 OR MIT)")

    text = sbom(content, version="3.4")

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = json.loads(text)
    assert (told["metadata"]["component"]["name"], told["metadata"]["component"]["version"]) == ("samspill", "3.4")
    assert [(each["purl"], each["licenses"]) for each in told["components"]] == [
        ("pkg:pypi/one@1.2", [{"license": {"id": "MIT"}}]),
        ("pkg:pypi/two@1.2", [{"expression": "MPL-2.0 AND (Apache-2.0 OR MIT)"}]),
    ]
    assert {"ref": "samspill", "dependsOn": ["pkg:pypi/one@1.2", "pkg:pypi/two@1.2"]} in told["dependencies"]


def test_two_builds_of_the_same_libraries_write_the_same_bill(content: Path) -> None:
    install(content, "one")

    assert sbom(content, version="1") == sbom(content, version="1"), "else every build would deploy a new layer"


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_workflows_pin_actions_by_digest_and_may_only_read(workflow: Path) -> None:
    told = yaml.safe_load(workflow.read_text(encoding="utf-8"))

    used = [step["uses"] for job in told["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []
    assert told["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in told["jobs"].values())
