//! Changes a channel.

use actix_web::{patch, web};
use xin_domain::{ChannelId, ChannelKind};

use super::telegram;
use super::view::{ChannelChange, ChannelView};
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{Checks, PathId};
use crate::state::Shared;

/// Changes a channel. One that is disconnected is connected anew.
#[utoipa::path(
    tag = "channels", operation_id = "update_channel", security(("staff" = [])),
    params(("id" = String, Path, description = "The channel")), request_body = ChannelChange,
    responses((status = 200, body = ChannelView), Problems)
)]
#[patch("/channels/{id}")]
pub async fn update_channel(
    staff: Staff<Administers>,
    id: PathId<ChannelId>,
    state: Shared,
    body: web::Json<ChannelChange>,
) -> Answer<web::Json<ChannelView>> {
    let change = body.into_inner();
    let database = &state.platform.database;
    // Platforms are asked between two transactions: none may wait for somebody else's server.
    let found = database
        .read(staff.tenant_id)
        .await?
        .channels()
        .get(id.0)
        .await?;
    let mut channel = found.ok_or_else(|| ApiError::not_found("channel"))?;
    let mut checks = Checks::default();
    change.apply(&mut channel, &mut checks);
    checks.done()?;
    match channel.kind {
        ChannelKind::Web => {}
        ChannelKind::Telegram => {
            let is_reconnected = change.token.is_some()
                || change.api_url.is_some()
                || change.mode.is_some()
                || !channel.is_active;
            if is_reconnected {
                telegram::connect(&state.platform, &mut channel, &change).await?;
            }
        }
    }
    channel.updated_at = state.platform.clock.now();
    let tx = database.tenant(staff.tenant_id).await?;
    if tx.channels().get(id.0).await?.is_none() {
        return Err(ApiError::not_found("channel"));
    }
    tx.channels()
        .save(&channel)
        .await
        .map_err(telegram::taken)?;
    tx.commit().await?;
    state.widget_channels.forget(&channel.public_id);
    Ok(web::Json(channel.into()))
}
