"""Usage: `python -m local.launcher start|stop|reset`; PORT and SANDBOX_PORT in the environment choose other ports."""

import os
import sys
import time

from local.launcher.machine import PORT, SANDBOX_PORT, OneMachine
from tools.say import CommandError

STARTED = """
The one-machine edition runs (ready after {seconds:.0f} s). Everything listens on this machine only.

  Sandbox vendors   {sandbox}
  Webhooks come to  {hooks}/hooks/<tenant>/<connection>
  Data and logs     {home}
  Use it            . {env}   and then, for example:   .venv/bin/samspill --help
  Stop it           make local-stop      (the data stays)
  Begin anew        make local-reset     (the data is DELETED)

The emulator is for development and demonstration: never keep data in it that you cannot lose.
"""


def start(machine: OneMachine) -> None:
    """Start, write down how to reach it, and say so."""
    began = time.monotonic()
    machine.start()
    env = machine.home / "env"
    lines = [f"export {name}={value}" for name, value in machine.environment.items()]
    env.write_text("\n".join([*lines, f"export SAMSPILL_STACK={machine.stack_name}", ""]), encoding="utf-8")
    print(
        STARTED.format(
            seconds=time.monotonic() - began,
            sandbox=machine.sandbox_url,
            hooks=machine.hook_url,
            home=machine.home,
            env=env,
        )
    )


def main(arguments: list[str]) -> int:
    """Do what the one argument says; the exit code."""
    machine = OneMachine(
        port=int(os.environ.get("PORT", PORT)), sandbox_port=int(os.environ.get("SANDBOX_PORT", SANDBOX_PORT))
    )
    try:
        match arguments:
            case ["start"]:
                start(machine)
            case ["stop"]:
                print("Stopped; the data is kept." if machine.stop() else "It was not running.")
            case ["reset"]:
                print(f"DELETING all data of the one-machine edition in {machine.home}.")
                machine.reset()
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
