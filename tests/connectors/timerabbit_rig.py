"""Timerabbit under test."""

from __future__ import annotations

from local.vendors.timerabbit import TimerabbitSandbox
from samspill.connectors.timerabbit.connector import Timerabbit
from tests.connectors.contract_rig import ContractRig


class TimerabbitRig(ContractRig):
    """An empty account."""

    vendor = "timerabbit"
    sandbox_class = TimerabbitSandbox
    connector_class = Timerabbit


RIG = TimerabbitRig
