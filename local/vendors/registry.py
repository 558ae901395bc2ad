"""The vendors there are sandboxes of: each is a folder here whose `sandbox.py` names its class as `SANDBOX`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.vendors.app import Sandbox
    from local.vendors.clock import Clock
    from local.vendors.webhooks import Deliver


def sandboxes() -> dict[str, Callable[..., Sandbox]]:
    """Return what opens every vendor's sandbox, with an `Opening`, by the vendor's name."""
    names = sorted(path.parent.name for path in Path(__file__).parent.glob("*/sandbox.py"))
    modules = [import_module(f"local.vendors.{name}.sandbox") for name in names]
    return {module.SANDBOX.name: module.SANDBOX for module in modules if hasattr(module, "SANDBOX")}


def every_sandbox(*, clock: Clock, deliver: Deliver, host: str, https_only: bool) -> dict[str, Sandbox]:
    """Open one account with each vendor; `host` is where they are served, such as `127.0.0.1:4580`."""
    return {
        name: each(clock=clock, deliver=deliver, address=f"{host}/{name}", https_only=https_only)
        for name, each in sandboxes().items()
    }
