"""The vendors there are sandboxes of. A new vendor is a package and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.vendors.svenn import SvennSandbox
from local.vendors.timerabbit import TimerabbitSandbox
from local.vendors.tripletex import TripletexSandbox

if TYPE_CHECKING:
    from local.vendors.app import Sandbox
    from local.vendors.clock import Clock
    from local.vendors.webhooks import Deliver


def every_sandbox(*, clock: Clock, deliver: Deliver, host: str, https_only: bool) -> dict[str, Sandbox]:
    """Open one account with each vendor; `host` is where they are served, such as `127.0.0.1:4580`."""
    found: tuple[Sandbox, ...] = (
        TripletexSandbox(clock=clock, deliver=deliver, address=f"{host}/tripletex/v2", https_only=https_only),
        TimerabbitSandbox(clock=clock, deliver=deliver, https_only=https_only),
        SvennSandbox(clock=clock, deliver=deliver, https_only=https_only),
    )
    return {sandbox.name: sandbox for sandbox in found}
