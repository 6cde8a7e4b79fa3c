//! Telling screens to look.

use xin_contracts::messages::{LiveSignal, live_signal};
use xin_domain::{ConversationId, TenantId};

/// Something changed in a tenant, or in one conversation of it.
#[must_use]
pub fn changed(tenant: TenantId, conversation: Option<ConversationId>) -> LiveSignal {
    LiveSignal {
        tenant_id: tenant.to_string(),
        conversation_id: conversation.map(|id| id.to_string()).unwrap_or_default(),
        kind: Some(live_signal::Kind::Changed(live_signal::Changed {})),
    }
}
