"""Who is signed in at the command line."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from typing import Any

from samspill.store.aws import call


class AwsSignIn:
    """The caller's identity as AWS STS tells it: an IAM user, or the session of a role."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """`make` returns the STS client."""
        self._make = make

    def name(self) -> str:
        """See `SignIn.name`. The root of an account is nobody in particular: then it is the user of the machine."""
        kind, _, rest = call(self._make, "get_caller_identity")["Arn"].rpartition(":")[2].partition("/")
        return machine_user() if kind == "root" else rest.rpartition("/")[2]


def machine_user() -> str:
    """Return the user that this process runs as; empty where the machine knows none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""
