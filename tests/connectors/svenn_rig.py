"""Svenn under test."""

from __future__ import annotations

from local.vendors.svenn import SvennSandbox
from samspill.connectors.svenn.connector import Svenn
from tests.connectors.contract_rig import ContractRig


class SvennRig(ContractRig):
    """An empty account."""

    vendor = "svenn"
    windowed = frozenset({"hours"})
    sandbox_class = SvennSandbox
    connector_class = Svenn


RIG = SvennRig
