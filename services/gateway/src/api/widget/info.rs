//! Shows what a widget needs before anybody says anything.

use actix_web::{HttpRequest, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::Locale;

use crate::api::names::LocaleName;
use crate::api::openapi::Problems;
use crate::error::{Answer, ApiError};
use crate::state::Shared;
use crate::widget_channels::check_origin;

/// What a widget shows before anybody says anything.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Widget)]
pub struct WidgetView {
    /// The business.
    name: String,
    assistant_name: String,
    #[schema(value_type = LocaleName)]
    locale: Locale,
    greeting: String,
}

/// Shows what a widget needs before anybody says anything.
#[utoipa::path(
    tag = "widget", operation_id = "get_widget",
    params(("channel_public_id" = String, Path, description = "The channel's public id")),
    responses((status = 200, body = WidgetView), Problems)
)]
#[get("/{channel_public_id}")]
pub async fn get_widget(
    request: HttpRequest,
    state: Shared,
    public_id: web::Path<String>,
) -> Answer<web::Json<WidgetView>> {
    let channel = state.widget_channels.find(&public_id).await?;
    let channel = channel.ok_or_else(|| ApiError::not_found("channel"))?;
    check_origin(&request, &channel, &state.platform)?;
    let tx = state.platform.database.read(channel.tenant_id).await?;
    let tenant = tx
        .profile()
        .get()
        .await?
        .ok_or_else(|| ApiError::not_found("channel"))?;
    let brand = tx.brand().get().await?;
    let given = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    Ok(web::Json(WidgetView {
        assistant_name: given(brand.assistant_name).unwrap_or_else(|| tenant.name.clone()),
        greeting: given(brand.greeting).unwrap_or_else(|| tenant.locale.greeting().to_owned()),
        name: tenant.name,
        locale: tenant.locale,
    }))
}
