"""Build the real template and deploy it onto the emulator, with the same commands as for AWS."""

import os
import platform
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.launcher.emulator import CREDENTIALS, REGION, Emulator
from local.launcher.fingerprint import BUILT_FROM, fingerprint, remembers
from tools.say import CommandError, run, step
from tools.uv import ROOT

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

NAME = "samspill"
BUCKET = "samspill-deployments"
CONFIGURED = ("--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local")
HOOK_STAGE = "hub"
MAIL_FROM = "samspill@hub.example"
"""Who mail comes from; the emulator keeps it, and `machine.mails` shows it."""
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
BUILD = ROOT / ".local" / "build"
FIRST_API_ID = "samspill"
"""The emulator gives an API the id in this tag of the stack; so its address is known before it is made."""


def architecture() -> str:
    """This machine's processor, as the template calls it.

    Raises:
        CommandError: there is no Lambda for it.
    """
    try:
        return ARCHITECTURES[platform.machine().lower()]
    except KeyError:
        raise CommandError(f"The one-machine edition does not know the processor {platform.machine()!r}") from None


@dataclass(frozen=True)
class Stack:
    """The stack on one emulator.

    `private_hosts` are addresses that connections may name although they are private; `parameters` go to the template
    as they are.
    """

    emulator: Emulator
    private_hosts: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def ensure(self) -> None:
        """Build and deploy, each only if something changed since it was done last.

        Raises:
            CommandError: SAM refused; its output says why.
        """
        source = fingerprint(BUILT_FROM, architecture())
        deployed = self.emulator.home / "deployed"
        mark = " ".join([source, str(self.emulator.port), self.private_hosts, *_overrides(self.parameters)])
        if remembers(deployed, mark) and self.outputs():
            return
        self._build(source)
        api = self.outputs().get("HookApiId")
        self._deploy(api or FIRST_API_ID, first=api is None)
        actual = self.outputs()["HookApiId"]
        if actual != (api or FIRST_API_ID):  # a change of the API made a new one, at a new address
            self._deploy(actual, first=False)
        with closing(self.client("sesv2")) as mail, suppress(mail.exceptions.AlreadyExistsException):
            mail.create_email_identity(EmailIdentity=MAIL_FROM.partition("@")[2])
        self.emulator.save()
        deployed.write_text(mark, encoding="ascii")

    def outputs(self) -> dict[str, str]:
        """What the deployed stack says about itself; empty when there is none."""
        cloudformation: CloudFormationClient
        with closing(self.client("cloudformation")) as cloudformation, suppress(ClientError):
            stack = cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]
            return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        return {}

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes the AWS command lines and libraries call the emulator, and only it."""
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.emulator.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str) -> Any:
        """Return a boto3 client of the emulator."""
        return boto3.client(
            service,  # type: ignore[call-overload]  # any service by name
            region_name=REGION,
            endpoint_url=self.emulator.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"mode": "standard", "max_attempts": 2}),
        )

    def _build(self, source: str) -> None:
        note = BUILD.with_name("built")
        if remembers(note, source) and (BUILD / "template.yaml").exists():
            return
        note.unlink(missing_ok=True)
        with step("Building the stack (sam build)"):
            parameters = f"Architecture={architecture()}"
            places = ["--build-dir", str(BUILD), "--cache-dir", str(BUILD.with_name("build-cache"))]
            self._sam("build", *CONFIGURED, *places, "--parameter-overrides", parameters)
        note.write_text(source, encoding="ascii")

    def _deploy(self, api: str, *, first: bool) -> None:
        parameters = {
            "Architecture": architecture(),
            "ProtectData": "false",
            "Dashboard": "false",  # the emulator knows no saved queries
            "AllowPrivateHosts": self.private_hosts,
            "PublicHookUrl": f"{self.emulator.url}/_aws/execute-api/{api}/{HOOK_STAGE}",
            "MailFrom": MAIL_FROM,
            "AllClearAfterMinutes": "0",  # nobody waits half an hour for a showing
            **self.parameters,
        }
        tags = ["--tags", f"ms-custom-id={api}"] if first else []
        with step("Deploying it onto this machine (sam deploy)"):
            storage: S3Client
            with closing(self.client("s3")) as storage, suppress(storage.exceptions.BucketAlreadyOwnedByYou):
                storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
            template = ["--template-file", str(BUILD / "template.yaml")]
            self._sam("deploy", *CONFIGURED, *template, *tags, "--parameter-overrides", *_overrides(parameters))

    def _sam(self, *command: str) -> str:
        path = os.pathsep.join([str(ROOT / ".venv-sam" / "bin"), os.environ.get("PATH", os.defpath)])
        env = {**os.environ, **self.environment, "PATH": path, "SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.3"}
        env.pop("AWS_PROFILE", None)
        return run(["sam", *command], cwd=ROOT, env=env)


def _overrides(parameters: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in parameters.items()]
