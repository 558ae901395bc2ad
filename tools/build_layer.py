"""Fill the Lambda layer: the locked libraries for the functions' processor, the product, byte code for both, the SBOM.

Usage: `python3.13 -m tools.build_layer ARCHITECTURE FOLDER`.

Byte code matters: the folder is read-only in Lambda, so without it every cold start compiles everything again. It is
marked as never to be checked against the source, because an archive does not keep the times such a check needs.
"""

import compileall
import shutil
import sys
import tomllib
from pathlib import Path
from py_compile import PycInvalidationMode

from tools.environments import PYTHON
from tools.say import CommandError, run
from tools.sbom import FILE, sbom
from tools.uv import ROOT, find_uv

LAYER_HOME = "/opt/python"
LEFT_OUT = ("__pycache__", "cli")
"""The command line: no function prints."""
SERVICES = ("dynamodb", "s3", "secretsmanager", "sesv2", "sqs")
"""What functions call. The SDK describes more than 400 services, which is 29 of its 30 MB."""
DESCRIPTIONS = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")
"""What every client of the SDK reads besides its service's own description."""


def build(architecture: str, folder: Path) -> None:
    """Write the layer for `architecture` into `folder`/python.

    Raises:
        CommandError: unknown architecture, wrong interpreter, or a library has no wheel for it.
    """
    declared = ROOT / "tools" / "layer" / architecture / "platform"
    if not declared.exists():
        raise CommandError(f"Unknown architecture {architecture!r}: there is no {declared}")
    if ".".join(map(str, sys.version_info[:2])) != PYTHON:
        raise CommandError(f"Byte code is only good for the version that made it: run this with Python {PYTHON}")
    content = folder / "python"
    shutil.rmtree(content, ignore_errors=True)
    command = [str(find_uv()), "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--target"]
    command += [str(content), "--python-version", PYTHON, "--python-platform", declared.read_text().strip()]
    run([*command, "--requirement", "shared/requirements.txt"], cwd=ROOT)
    shutil.rmtree(content / "bin", ignore_errors=True)
    (content / ".lock").unlink(missing_ok=True)
    trim_sdk(content / "botocore" / "data")
    (content / FILE).write_text(sbom(content, version=_version()), encoding="utf-8")
    shutil.copytree(ROOT / "shared" / "samspill", content / "samspill", ignore=shutil.ignore_patterns(*LEFT_OUT))
    compiled = compileall.compile_dir(
        content,
        quiet=1,
        stripdir=str(content),
        prependdir=LAYER_HOME,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise CommandError("A file of the layer does not compile")


def trim_sdk(data: Path) -> None:
    """Remove the descriptions of the services that no function calls.

    Raises:
        CommandError: the SDK no longer keeps its descriptions where they are looked for.
    """
    kept = {*SERVICES, *DESCRIPTIONS}
    for path in data.iterdir():
        if path.name.removesuffix(".gz") in kept:
            kept.remove(path.name.removesuffix(".gz"))
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if kept:
        raise CommandError(f"botocore has no {', '.join(sorted(kept))} any more")


def _version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as project:
        return str(tomllib.load(project)["project"]["version"])


def main(arguments: list[str]) -> int:
    """Build the layer; the exit code."""
    architecture, folder = arguments
    try:
        build(architecture, Path(folder))
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
