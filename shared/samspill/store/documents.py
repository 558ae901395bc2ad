"""What registries say when a document is not there, not as it was, or not for this version to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samspill.errors import ConflictError, GoneError

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


def no_connection(connection_id: str) -> GoneError:
    """Return the error for a connection that nobody made."""
    return GoneError.because("no_such_connection", connection=connection_id)


def no_flow(key: FlowKey) -> GoneError:
    """Return the error for a flow that nobody set up."""
    return GoneError.because("flow_not_set_up", flow=key.flow)


def changed(document: Connection | FlowState) -> ConflictError:
    """Return the error for a save on an old revision."""
    name = getattr(document, "id", None) or getattr(document, "flow", "")
    return ConflictError(f"{document.tenant}/{name} is no longer at revision {document.revision}")
