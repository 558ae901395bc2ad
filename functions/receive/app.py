"""The door to `receive`: a vendor's webhook, answered at once."""

import base64
import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from samspill.cold_start import tell_cold_start
from samspill.intake import intake_from_environment
from samspill.pipeline.receive.gate import Gate
from samspill.pipeline.receive.receive import Answer, receive

PLAIN = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff", "cache-control": "no-store"}
world = cache(intake_from_environment)
gate = Gate()
tell_cold_start()


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Verify, keep and queue one delivery. The raw body is what was signed, so nothing parses it before."""
    path = event["pathParameters"]
    text = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    began_with = event.get("requestContext", {}).get("requestId", "")
    sent = (path["tenant"], path["connection"], event.get("headers") or {}, body)
    asked = {"token": path.get("token", ""), "query": event.get("queryStringParameters") or {}}
    taken = receive(world(), *sent, **asked, gate=gate, correlation_id=began_with)
    _log(context, path, status=taken.answer.value, correlation_id=began_with, why=taken.why, kept=taken.kept)
    return {"statusCode": taken.answer.value, "headers": PLAIN, "body": taken.body}


def _log(context: Any, path: Mapping[str, str], *, status: int, **more: str) -> None:
    """Write one JSON line; a logging library would slow the start. The access log knows the correlation id, too."""
    level = "INFO" if status < Answer.MALFORMED else "WARNING"
    if os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO") in {"DEBUG", "INFO", level}:
        more |= {"aws_request_id": getattr(context, "aws_request_id", "")}
        line = {"message": "webhook", "tenant": path["tenant"], "connection": path["connection"], "status": status}
        print(json.dumps(line | {name: value for name, value in more.items() if value}))  # noqa: T201
