//! Asking for a run.

use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::messages::CrawlWebsite;
use xin_domain::WebsiteId;
use xin_storage::TenantTx;
use xin_storage::tenant::LiveEventKind;

use crate::Platform;
use crate::error::Answer;

/// Writes that a run of a website is to be worked on, and tells screens. Those of one tenant are
/// worked on one after the other.
pub async fn queue(platform: &Platform, tx: &TenantTx, id: WebsiteId, run: i64) -> Answer<()> {
    let now = platform.clock.now();
    let command = CrawlWebsite {
        website_id: id.to_string(),
        run,
    };
    let tenant = tx.tenant_id();
    let message = platform.ids.next(now);
    let envelope = Envelope::wrap(message, tenant, tenant.to_string(), now, &command);
    tx.outbox().add(&envelope.traced(trace::current())).await?;
    tx.live_events()
        .add(LiveEventKind::WebsiteUpdated(id), None, now)
        .await?;
    Ok(())
}
