//! A visitor says something.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::inbound::Inbound;
use xin_contracts::messages::InboundReceived;
use xin_domain::{ConversationId, InboundContact, InboundEvent, InboundKind};

use crate::api::openapi::Problems;
use crate::auth::Visitor;
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::state::{Shared, State};

const LONGEST_MESSAGE: usize = 4000;

/// What a visitor says.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewWidgetMessage {
    /// Makes a repeat recognisable: the same id is the same message.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    pub client_id: String,
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
}

/// The message is taken in, durably; it appears in the thread in a moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedMessage {
    pub client_id: String,
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
}

/// Takes in what a visitor says. Repeating a `client_id` changes nothing.
#[utoipa::path(
    tag = "widget", operation_id = "create_widget_message", security(("visitor" = [])),
    request_body = NewWidgetMessage, responses((status = 202, body = AcceptedMessage), Problems)
)]
#[post("/messages")]
pub async fn create_widget_message(
    visitor: Visitor,
    state: Shared,
    body: web::Json<NewWidgetMessage>,
) -> Answer<HttpResponse> {
    let accepted = send(&state, &visitor, body.into_inner()).await?;
    Ok(HttpResponse::Accepted().json(accepted))
}

/// Takes in what a visitor says, over whichever transport. When this returns, the message survives
/// a crash of everything.
pub async fn send(
    state: &State,
    visitor: &Visitor,
    message: NewWidgetMessage,
) -> Answer<AcceptedMessage> {
    let mut checks = Checks::default();
    checks.client_id(&message.client_id);
    let text = checks.text("text", &message.text, 1..=LONGEST_MESSAGE);
    checks.done()?;
    state.limits.message(visitor.contact_id)?;
    // A socket may have outlived its channel.
    if state
        .widget_channels
        .find(&visitor.channel.public_id)
        .await?
        .is_none()
    {
        return Err(ApiError::unauthenticated(
            "the channel of this token is gone",
        ));
    }

    let now = state.platform.clock.now();
    let client_id = message.client_id;
    let inbound = Inbound {
        channel_id: visitor.channel.id,
        channel_kind: visitor.channel.kind,
        event: InboundEvent {
            external_id: format!("{}:{client_id}", visitor.contact_id),
            contact: InboundContact {
                external_id: visitor.contact_id.to_string(),
                display_name: None,
                language_code: None,
            },
            sent_at: Some(now),
            kind: InboundKind::Text { text },
        },
        chosen: Some((visitor.contact_id, visitor.conversation_id)),
        client_id: Some(client_id.clone()),
    };
    let envelope = Envelope::wrap(
        state.platform.ids.next(now),
        visitor.tenant_id,
        visitor.conversation_id.to_string(),
        now,
        &InboundReceived::from(inbound),
    );
    state
        .platform
        .broker
        .publish(&[envelope.traced(trace::current())])
        .await?;
    metrics::counter!("widget_messages_total").increment(1);
    Ok(AcceptedMessage {
        client_id,
        conversation_id: visitor.conversation_id,
    })
}
