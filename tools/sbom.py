"""The software bill of materials (SBOM) that goes with a layer: every library in it, in CycloneDX.

Versions and licences are those of the files that were installed, not those that a lock asks for. Two builds of the
same content write the same bytes, or each build would deploy a new layer: there is no time in it and no serial number.
"""

import json
from importlib.metadata import Distribution, distributions
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tools.licences import licence_of

FILE = "sbom.cdx.json"
OURS = "Apache-2.0"


def sbom(content: Path, *, version: str) -> str:
    """Return the SBOM of a layer's `content` (its folder of libraries) for `version` of the product, as JSON.

    Raises:
        LookupError: a library names no licence.
    """
    product = Component(
        name="samspill", version=version, type=ComponentType.APPLICATION, bom_ref="samspill", licenses=_licences(OURS)
    )
    libraries = [_library(each) for each in distributions(path=[str(content)])]
    bom = Bom(components=libraries)
    bom.metadata.component = product
    bom.register_dependency(product, libraries)
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["serialNumber"], document["metadata"]["timestamp"]
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _library(installed: Distribution) -> Component:
    purl = PackageURL("pypi", name=installed.name.lower(), version=installed.version)
    return Component(
        name=installed.name,
        version=installed.version,
        bom_ref=str(purl),
        purl=purl,
        licenses=_licences(licence_of(installed)),
    )


def _licences(expression: str) -> list[License]:
    return [LicenseFactory().make_from_string(expression)]
