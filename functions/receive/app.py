"""The door to `receive`: a vendor's webhook, answered at once."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from samspill.intake import intake_from_environment
from samspill.pipeline.receive import Answer, receive

world = cache(intake_from_environment)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Verify, keep and queue one delivery. The raw body is what was signed, so nothing parses it before."""
    path = event["pathParameters"]
    text = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    answer, why, kept = receive(world(), path["tenant"], path["connection"], event.get("headers") or {}, body)
    line = {"message": "webhook", "tenant": path["tenant"], "connection": path["connection"], "status": answer.value}
    line |= {name: value for name, value in (("why", why), ("kept", kept)) if value}
    print(json.dumps(line))  # noqa: T201 - one JSON line is a log line; a logging library would slow the start
    return {"statusCode": answer.value, "body": "" if answer is Answer.ACCEPTED else answer.name.lower()}
