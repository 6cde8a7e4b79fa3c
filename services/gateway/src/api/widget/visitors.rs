//! Gives a visitor a thread of their own.

use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{ContactId, ConversationId};

use crate::api::openapi::Problems;
use crate::auth::tokens::{VISITOR_LIFETIME, VisitorClaims};
use crate::error::{Answer, ApiError};
use crate::state::Shared;
use crate::widget_channels::check_origin;

/// A visitor's key to their thread.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewVisitor {
    /// To be kept by the browser and sent as `Authorization: Bearer …`.
    token: String,
    #[schema(value_type = String)]
    conversation_id: ConversationId,
    expires_at: DateTime<Utc>,
}

/// Gives a visitor a thread of their own. Nothing is kept until they say something: the token
/// carries the ids that the thread and its contact will have.
#[utoipa::path(
    tag = "widget", operation_id = "create_visitor",
    params(("channel_public_id" = String, Path, description = "The channel's public id")),
    responses((status = 201, body = NewVisitor), Problems)
)]
#[post("/{channel_public_id}/visitors")]
pub async fn create_visitor(
    request: HttpRequest,
    state: Shared,
    public_id: web::Path<String>,
) -> Answer<HttpResponse> {
    let channel = state.widget_channels.find(&public_id).await?;
    let channel = channel.ok_or_else(|| ApiError::not_found("channel"))?;
    check_origin(&request, &channel, &state.platform)?;
    state.limits.visitor(state.proxies.client(&request))?;
    let now = state.platform.clock.now();
    let ids = &*state.platform.ids;
    let claims = VisitorClaims {
        sub: ContactId::new(ids, now),
        tid: channel.tenant_id,
        chn: channel.id,
        pid: channel.public_id.clone(),
        cnv: ConversationId::new(ids, now),
    };
    let conversation_id = claims.cnv;
    let expires_at = now + VISITOR_LIFETIME;
    let token = state.visitor_tokens.issue(claims, expires_at)?;
    Ok(HttpResponse::Created().json(NewVisitor {
        token,
        conversation_id,
        expires_at,
    }))
}
