"""Check a server against one of our contracts: `python -m tools.check_contract URL --contract NAME [--write]`.

Reads only, unless it is told to write: do that on a test account. What is created says so in its name, and is deleted
at the end. The key is asked for without being shown, or read from a file; it never stands on the command line.
"""

import argparse
import getpass
import secrets
import sys
from collections import Counter
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from tools.check_contract.checks import Outcome, results
from tools.check_contract.contract import Contract, names
from tools.check_contract.reading import reading
from tools.check_contract.session import Session
from tools.check_contract.writing import writing


def run(session: Session, *, write: bool) -> int:
    """Make the checks, say what each found as it is found; the exit code."""
    checks = reading(session.contract) + (writing(session.contract) if write else [])
    counted: Counter[Outcome] = Counter()
    try:
        for result in results(checks, session):
            counted[result.outcome] += 1
            print(f"  {result.outcome} {result.title}", flush=True)
            if result.outcome is not Outcome.KEPT:
                print(f"      {result.came}", flush=True)
            if result.says:
                print(f"      The contract says: {result.says}", flush=True)
    finally:
        for url in session.clear():
            print(f"  ! {url} was created and could not be deleted: delete it by hand", flush=True)
    print(
        f"\n{counted[Outcome.KEPT]} kept, {counted[Outcome.BROKEN]} broken, {counted[Outcome.NOT_TRIED]} not tried, "
        f"in {session.calls} calls." + ("" if write else " Nothing was written: --write tries that, on a test account.")
    )
    return 1 if counted[Outcome.BROKEN] else 0


def address(text: str) -> str:
    """Return an address that a key may be sent to.

    Raises:
        argparse.ArgumentTypeError: it is none, or a key would travel to it unencrypted.
    """
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.query:
        raise argparse.ArgumentTypeError("an address such as https://api.example.com, without a key in it")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise argparse.ArgumentTypeError(
            "https, unless the server runs on this machine: the key would travel in the clear"
        )
    return text


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def main(arguments: list[str]) -> int:
    """Check one server; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.check_contract", description=__doc__)
    parser.add_argument("url", type=address, help="where the contract is served; /v1/… follows")
    parser.add_argument("--contract", choices=names(), required=True)
    parser.add_argument(
        "--write", action="store_true", help="also create, change and delete records; on a test account"
    )
    parser.add_argument("--key-file", type=Path, help="a file with nothing but the key")
    options = parser.parse_args(arguments)
    key = options.key_file.read_text(encoding="utf-8") if options.key_file else getpass.getpass("API key (not shown): ")
    if not key.strip():
        parser.error("the key is empty")
    session = Session(Contract.load(options.contract), options.url, key.strip(), stamp=secrets.token_hex(4))
    print(f"{options.url} against docs/contracts/{options.contract}.openapi.yaml")
    return run(session, write=options.write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
