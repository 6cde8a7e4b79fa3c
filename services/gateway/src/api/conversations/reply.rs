//! A person replies to a customer.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::messages::DeliverMessage;
use xin_domain::{
    Author, Conversation, ConversationId, DeliveryState, ErrorKind, MessageId, TenantId,
};
use xin_storage::TenantTx;
use xin_storage::tenant::{LiveEventKind, Message};

use super::message_view::MessageView;
use crate::api::openapi::Problems;
use crate::auth::{Replies, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{Checks, PathId};
use crate::news::changed;
use crate::state::{Shared, State};

const LONGEST_REPLY: usize = 4000;

/// What a person says.
#[derive(Deserialize, ToSchema)]
pub struct NewReply {
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
    /// Makes a repeat recognisable: the same id is the same message.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    client_id: Option<String>,
}

/// Replies to the customer. Takes the conversation over from the AI, or from nobody.
#[utoipa::path(
    tag = "conversations", operation_id = "create_message", security(("staff" = [])),
    params(("id" = String, Path, description = "The conversation")), request_body = NewReply,
    responses((status = 201, body = MessageView), Problems)
)]
#[post("/conversations/{id}/messages")]
pub async fn create_message(
    staff: Staff<Replies>,
    id: PathId<ConversationId>,
    state: Shared,
    body: web::Json<NewReply>,
) -> Answer<HttpResponse> {
    let body = body.into_inner();
    let mut checks = Checks::default();
    let text = checks.text("text", &body.text, 1..=LONGEST_REPLY);
    if let Some(client_id) = &body.client_id {
        checks.client_id(client_id);
    }
    checks.done()?;

    let now = state.platform.clock.now();
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    let conversation = tx.conversations().lock(id.0).await?;
    let mut conversation = conversation.ok_or_else(|| ApiError::not_found("conversation"))?;
    let external_id = body
        .client_id
        .as_ref()
        .map(|client| format!("agent:{}:{client}", id.0));
    if let Some(external_id) = &external_id
        && let Some(said) = tx
            .messages()
            .find(conversation.channel_id, external_id)
            .await?
    {
        return Ok(HttpResponse::Created().json(MessageView::for_staff(said)));
    }
    let channel = tx
        .channels()
        .get(conversation.channel_id)
        .await?
        .ok_or_else(|| {
            let detail =
                "the channel of this conversation was disconnected: no reply can reach them";
            ApiError::new(ErrorKind::Conflict, "channel_disconnected", detail)
        })?;
    let outside = channel.kind.is_delivered_outside();
    conversation.agent_reply(staff.user_id, now);
    let place = (
        conversation.id,
        conversation.channel_id,
        conversation.next_position(now),
    );
    let message_id = MessageId::new(&*state.platform.ids, now);
    let message = Message {
        author_user_id: Some(staff.user_id),
        external_id,
        client_id: body.client_id,
        delivery_state: Some(if outside {
            DeliveryState::Pending
        } else {
            DeliveryState::Sent
        }),
        ..Message::plain(message_id, place, Author::Agent, text, now)
    };
    keep(&tx, &conversation, &message, now).await?;
    if outside {
        tx.outbox()
            .add(&delivery(&state, staff.tenant_id, &message, now))
            .await?;
    }
    tx.commit().await?;
    state
        .platform
        .broker
        .signal(changed(staff.tenant_id, Some(id.0)));
    Ok(HttpResponse::Created().json(MessageView::for_staff(message)))
}

async fn keep(
    tx: &TenantTx,
    conversation: &Conversation,
    message: &Message,
    now: DateTime<Utc>,
) -> Answer<()> {
    if !tx.messages().add_once(message).await? {
        // Under the conversation's lock, and looked for a moment ago.
        return Err(ApiError::internal(
            "a reply of this id appeared under the lock",
        ));
    }
    tx.conversations().save(conversation).await?;
    let said_in = Some(conversation.id);
    tx.live_events()
        .add(LiveEventKind::MessageCreated(message.id), said_in, now)
        .await?;
    tx.live_events()
        .add(LiveEventKind::ConversationUpdated, said_in, now)
        .await?;
    Ok(())
}

fn delivery(state: &State, tenant: TenantId, message: &Message, now: DateTime<Utc>) -> Envelope {
    let command = DeliverMessage {
        conversation_id: message.conversation_id.to_string(),
        message_id: message.id.to_string(),
    };
    let ordering_key = message.conversation_id.to_string();
    let id = state.platform.ids.next(now);
    Envelope::wrap(id, tenant, ordering_key, now, &command).traced(trace::current())
}
