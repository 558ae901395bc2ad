"""What the notify queue asks for."""

from __future__ import annotations

from samspill.messages import TellNotice, TryRecipient, WatchTenant, WatchTenants
from samspill.pipeline.notify.tell import tell_notice, try_recipient
from samspill.pipeline.notify.watch import watch_tenant, watch_tenants
from samspill.work.handling import Steps

STEPS: Steps = {
    WatchTenants: watch_tenants,
    WatchTenant: watch_tenant,
    TellNotice: tell_notice,
    TryRecipient: try_recipient,
}
