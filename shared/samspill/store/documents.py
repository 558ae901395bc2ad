"""What registries say when a document is not there, not as it was, or not for this version to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samspill.errors import ConflictError, UsageError

DOCUMENT_BYTES = 392 * 1024
"""What one may weigh: DynamoDB takes 400 KB of an item, its keys and other attributes with it."""

if TYPE_CHECKING:
    from samspill.state import Connection, FlowKey, FlowState


def readable(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document that is read without its model.

    Raises:
        ConfigurationError: it says that it needs a newer reader.
    """
    if "min_reader" in document:
        from samspill.state import READER, needs_newer

        if document["min_reader"] > READER:
            raise needs_newer(str(document.get("id") or document.get("flow") or "?"), document["min_reader"])
    return document


def no_connection(connection_id: str) -> UsageError:
    """Return the error for a connection that nobody made."""
    return UsageError.because("no_such_connection", connection=connection_id)


def no_flow(key: FlowKey) -> UsageError:
    """Return the error for a flow that nobody set up."""
    return UsageError.because("flow_not_set_up", flow=key.flow)


def weighed(document: Connection | FlowState) -> str:
    """Return the document as it is stored.

    Raises:
        UsageError: it is more than the table takes. What was stored before stays.
    """
    body = document.model_dump_json()
    size_bytes = len(body.encode())
    if size_bytes > DOCUMENT_BYTES:
        raise UsageError.because("document_too_large", document=_name(document), size=str(round(size_bytes / 1000)))
    return body


def changed(document: Connection | FlowState) -> ConflictError:
    """Return the error for a save on an old revision."""
    return ConflictError(f"{document.tenant}/{_name(document)} is no longer at revision {document.revision}")


def _name(document: Connection | FlowState) -> str:
    return str(getattr(document, "id", None) or getattr(document, "flow", ""))
