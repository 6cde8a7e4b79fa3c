//! Disconnects a channel.

use actix_web::{HttpResponse, delete};
use xin_domain::{ChannelId, ChannelKind};

use super::telegram;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Disconnects a channel. Its conversations stay readable.
#[utoipa::path(
    tag = "channels", operation_id = "delete_channel", security(("staff" = [])),
    params(("id" = String, Path, description = "The channel")),
    responses((status = 204), Problems)
)]
#[delete("/channels/{id}")]
pub async fn delete_channel(
    staff: Staff<Administers>,
    id: PathId<ChannelId>,
    state: Shared,
) -> Answer<HttpResponse> {
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    let channel = tx.channels().get(id.0).await?;
    let channel = channel.ok_or_else(|| ApiError::not_found("channel"))?;
    tx.channels()
        .remove(channel.id, state.platform.clock.now())
        .await?;
    tx.commit().await?;
    state.widget_channels.forget(&channel.public_id);
    match channel.kind {
        ChannelKind::Web => {}
        ChannelKind::Telegram => {
            let platform = state.platform.clone();
            // Nobody waits for Telegram: its calls find no channel any more, whatever it answers.
            actix_web::rt::spawn(async move { telegram::disconnect(&platform, &channel).await });
        }
    }
    Ok(HttpResponse::NoContent().finish())
}
