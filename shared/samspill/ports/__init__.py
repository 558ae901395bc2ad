"""What the steps need from outside. Adapters: `store`, `connectors`; tests use the twins in `store.memory`."""

from samspill.ports.deliveries import DELIVERIES_KNOWN, DELIVERIES_TOLD, Deliveries, Delivery, Told
from samspill.ports.environment import Clock, Ids, SignIn
from samspill.ports.files import Blobs, FileRegistry, Files
from samspill.ports.limits import Budgets, Leases, Quotas
from samspill.ports.line import Line, LineReader, Waiting
from samspill.ports.links import KeyIndex, LinkCommit, Links
from samspill.ports.notices import Letter, Letters, Mailer, Notices, Poster
from samspill.ports.queues import MAX_DELAY_S, STEPS, TAKEN_S, DeadLetter, Queues, Step
from samspill.ports.registry import Registry, Schedules, Secrets, Tenants
from samspill.ports.runs import Cursors, Decisions, Journal, Runs
from samspill.ports.vendors import (
    ID_CHARACTERS,
    Capabilities,
    Connector,
    Connectors,
    Hook,
    Hooks,
    Page,
    Preflight,
    Subscribed,
    VendorWrite,
    Written,
)
from samspill.ports.world import World

__all__ = [
    "DELIVERIES_KNOWN",
    "DELIVERIES_TOLD",
    "ID_CHARACTERS",
    "MAX_DELAY_S",
    "STEPS",
    "TAKEN_S",
    "Blobs",
    "Budgets",
    "Capabilities",
    "Clock",
    "Connector",
    "Connectors",
    "Cursors",
    "DeadLetter",
    "Decisions",
    "Deliveries",
    "Delivery",
    "FileRegistry",
    "Files",
    "Hook",
    "Hooks",
    "Ids",
    "Journal",
    "KeyIndex",
    "Leases",
    "Letter",
    "Letters",
    "Line",
    "LineReader",
    "LinkCommit",
    "Links",
    "Mailer",
    "Notices",
    "Page",
    "Poster",
    "Preflight",
    "Queues",
    "Quotas",
    "Registry",
    "Runs",
    "Schedules",
    "Secrets",
    "SignIn",
    "Step",
    "Subscribed",
    "Tenants",
    "Told",
    "VendorWrite",
    "Waiting",
    "World",
    "Written",
]
