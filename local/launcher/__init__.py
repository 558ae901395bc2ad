"""The one-machine edition: the same template, deployed by the same SAM commands onto an emulator on this machine.

Everything listens on the loopback address only, and keeps what it writes in one folder. It is no production storage.
"""

from local.launcher.machine import OneMachine

__all__ = ["OneMachine"]
