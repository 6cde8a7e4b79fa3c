//! Shows a channel.

use actix_web::{get, web};
use xin_domain::ChannelId;

use super::view::ChannelView;
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Shows a channel.
#[utoipa::path(
    tag = "channels", operation_id = "get_channel", security(("staff" = [])),
    params(("id" = String, Path, description = "The channel")),
    responses((status = 200, body = ChannelView), Problems)
)]
#[get("/channels/{id}")]
pub async fn get_channel(
    staff: Staff<Reads>,
    id: PathId<ChannelId>,
    state: Shared,
) -> Answer<web::Json<ChannelView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let channel = tx.channels().get(id.0).await?;
    let channel = channel.ok_or_else(|| ApiError::not_found("channel"))?;
    Ok(web::Json(channel.into()))
}
