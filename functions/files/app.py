"""The door to `files`: a link that a person was given, and the button behind it."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from samspill.hand_out_world import hand_out_world
from samspill.modes.exports.hand_out import hand_out

world = cache(hand_out_world)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Show the page, or lead to the file. The token is in no log line."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    token = event["pathParameters"]["token"]
    reply = hand_out(world(), event["httpMethod"], token, headers.get("accept-language", ""))
    line = {"message": "file link", "method": event["httpMethod"], "status": reply.status}
    if reply.link is not None:
        line |= {"tenant": reply.link.tenant, "flow": reply.link.flow, "file": reply.link.file}
    print(json.dumps(line))  # noqa: T201 - one JSON line is a log line
    return {"statusCode": reply.status, "headers": dict(reply.headers), "body": reply.body}
