//! Changes who answers, or whether a conversation is settled: one transaction under its lock.

use actix_web::web;
use chrono::{DateTime, Utc};
use xin_domain::{Conversation, ConversationId, TenantId, Transition};
use xin_storage::tenant::LiveEventKind;

use super::view::ConversationView;
use crate::error::{Answer, ApiError};
use crate::news::changed;
use crate::state::State;

/// Applies `transition` and shows the conversation after it. What is so already stays as it is,
/// and nobody is told.
pub async fn apply(
    state: &State,
    tenant: TenantId,
    id: ConversationId,
    transition: impl FnOnce(&mut Conversation, DateTime<Utc>) -> Transition,
) -> Answer<web::Json<ConversationView>> {
    let platform = &state.platform;
    let now = platform.clock.now();
    let tx = platform.database.tenant(tenant).await?;
    let conversation = tx.conversations().lock(id).await?;
    let mut conversation = conversation.ok_or_else(|| ApiError::not_found("conversation"))?;
    let outcome = transition(&mut conversation, now);
    if outcome == Transition::Changed {
        tx.conversations().save(&conversation).await?;
        tx.live_events()
            .add(LiveEventKind::ConversationUpdated, Some(id), now)
            .await?;
    }
    let summary = tx.conversations().summary(id).await?;
    let summary = summary.ok_or_else(|| ApiError::not_found("conversation"))?;
    if outcome == Transition::Changed {
        tx.commit().await?;
        platform.broker.signal(changed(tenant, Some(id)));
    }
    Ok(web::Json(summary.into()))
}
