"""The kinds of record we speak with Timerabbit about."""

from __future__ import annotations

from samspill.connectors.contract.kinds import Kinds, customers, projects
from samspill.connectors.timerabbit import mapping
from samspill.connectors.timerabbit.profile import PROFILE

KINDS = Kinds(customers(PROFILE, mapping.CUSTOMERS), projects(PROFILE, mapping.PROJECTS))
