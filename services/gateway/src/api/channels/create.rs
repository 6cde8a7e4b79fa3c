//! Connects a channel.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_domain::{ChannelId, ChannelKind};
use xin_storage::tenant::{Channel, ChannelSettings};

use super::telegram;
use super::view::{ChannelChange, ChannelView};
use crate::api::names::ChannelKindName;
use crate::api::openapi::Problems;
use crate::auth::tokens::random_public_id;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::state::Shared;

/// The channel to connect.
#[derive(Deserialize, ToSchema)]
pub struct NewChannel {
    #[schema(value_type = ChannelKindName)]
    kind: String,
    /// What its people call it.
    name: String,
    /// Websites the widget may be shown on; empty: any (web).
    allowed_origins: Option<Vec<String>>,
    /// The bot's token (Telegram). Never shown again.
    token: Option<String>,
    /// Another address of the platform's API (Telegram).
    api_url: Option<String>,
    /// How updates come in; chosen by whether the world can reach us when absent (Telegram).
    #[schema(value_type = Option<crate::api::names::ChannelModeName>)]
    mode: Option<String>,
}

/// Connects a channel.
#[utoipa::path(
    tag = "channels", operation_id = "create_channel", security(("staff" = [])),
    request_body = NewChannel, responses((status = 201, body = ChannelView), Problems)
)]
#[post("/channels")]
pub async fn create_channel(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<NewChannel>,
) -> Answer<HttpResponse> {
    let new = body.into_inner();
    let kind = ChannelKind::from_name(&new.kind)
        .ok_or_else(|| ApiError::field("kind", "unknown_kind", "web or telegram"))?;
    let change = ChannelChange {
        name: Some(new.name),
        allowed_origins: new.allowed_origins,
        token: new.token,
        api_url: new.api_url,
        mode: new.mode,
    };
    let now = state.platform.clock.now();
    let mut channel = Channel {
        id: ChannelId::new(&*state.platform.ids, now),
        tenant_id: staff.tenant_id,
        public_id: random_public_id(),
        kind,
        name: String::new(),
        is_active: true,
        detail: None,
        platform_account: None,
        settings: ChannelSettings::default(),
        sealed_secrets: None,
        poll_offset: 0,
        created_at: now,
        updated_at: now,
    };
    let mut checks = Checks::default();
    change.apply(&mut channel, &mut checks);
    checks.done()?;
    match kind {
        ChannelKind::Web => {}
        ChannelKind::Telegram => telegram::connect(&state.platform, &mut channel, &change).await?,
    }
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    tx.channels().add(&channel).await.map_err(telegram::taken)?;
    tx.commit().await?;
    state.widget_channels.forget(&channel.public_id);
    Ok(HttpResponse::Created().json(ChannelView::from(channel)))
}
