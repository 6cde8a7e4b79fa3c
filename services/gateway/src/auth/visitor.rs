//! The visitor of a tenant's website who is asking.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;
use xin_domain::{ContactId, ConversationId, TenantId};
use xin_storage::tenant::Channel;

use super::staff::bearer;
use super::tokens::VisitorClaims;
use crate::error::{Answer, ApiError};
use crate::state;
use crate::widget_channels;

/// A visitor with a token of ours, on a channel that is still there and may be shown where they
/// are. The first parameter of every handler of the widget's API.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Whose visitor.
    pub tenant_id: TenantId,
    /// On which channel.
    pub channel: Arc<Channel>,
    /// The visitor.
    pub contact_id: ContactId,
    /// Their thread, which begins with their first message.
    pub conversation_id: ConversationId,
}

impl Visitor {
    /// The visitor behind a token.
    pub async fn from_token(request: &HttpRequest, token: &str) -> Answer<Self> {
        let state = state::of(request)?;
        let claims: VisitorClaims = state
            .visitor_tokens
            .read(token, state.platform.clock.now())
            .ok_or_else(|| ApiError::unauthenticated("the visitor token is wrong or over"))?;
        let channel = state.widget_channels.find(&claims.pid).await?;
        let channel = channel
            .filter(|channel| channel.id == claims.chn && channel.tenant_id == claims.tid)
            .ok_or_else(|| ApiError::unauthenticated("the channel of this token is gone"))?;
        widget_channels::check_origin(request, &channel, &state.platform)?;
        tracing::Span::current().record("tenant_id", tracing::field::display(claims.tid));
        Ok(Self {
            tenant_id: claims.tid,
            channel,
            contact_id: claims.sub,
            conversation_id: claims.cnv,
        })
    }
}

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let token = bearer(&request)
                .ok_or_else(|| ApiError::unauthenticated("a visitor token, please"))?;
            Self::from_token(&request, token).await
        })
    }
}
