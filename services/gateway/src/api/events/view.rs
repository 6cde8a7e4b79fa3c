//! A piece of news, as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{ConversationId, DocumentId, MessageId, WebsiteId};
use xin_storage::tenant::{LiveEvent, LiveEventKind};
use xin_storage::{StorageError, TenantTx};

use crate::api::conversations::{ConversationView, MessageView};
use crate::api::knowledge::DocumentView;
use crate::api::websites::WebsiteView;

/// A piece of news with what it is about, as that is now. What is gone by now is absent.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    /// message.created, message.updated, conversation.updated, document.updated or website.updated
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    conversation_id: Option<ConversationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    message_id: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    document_id: Option<DocumentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    website_id: Option<WebsiteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<ConversationView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<WebsiteView>,
}

impl EventView {
    /// The event with what it is about.
    pub async fn read(tx: &TenantTx, event: &LiveEvent) -> Result<Self, StorageError> {
        let mut view = Self {
            r#type: event.kind.as_str(),
            conversation_id: event.conversation_id,
            ..Self::default()
        };
        match event.kind {
            LiveEventKind::MessageCreated(id) => {
                view.message_id = Some(id);
                view.message = tx.messages().get(id).await?.map(MessageView::for_staff);
                // A message moves its conversation up in the list, and may be its first.
                view.conversation = conversation(tx, event.conversation_id).await?;
            }
            LiveEventKind::MessageUpdated(id) => {
                view.message_id = Some(id);
                view.message = tx.messages().get(id).await?.map(MessageView::for_staff);
            }
            LiveEventKind::ConversationUpdated => {
                view.conversation = conversation(tx, event.conversation_id).await?;
            }
            LiveEventKind::DocumentUpdated(id) => {
                view.document_id = Some(id);
                view.document = tx.documents().get(id).await?.map(DocumentView::from);
            }
            LiveEventKind::WebsiteUpdated(id) => {
                view.website_id = Some(id);
                view.website = tx.websites().get(id).await?.map(WebsiteView::from);
            }
        }
        Ok(view)
    }
}

async fn conversation(
    tx: &TenantTx,
    id: Option<ConversationId>,
) -> Result<Option<ConversationView>, StorageError> {
    let Some(id) = id else { return Ok(None) };
    Ok(tx
        .conversations()
        .summary(id)
        .await?
        .map(ConversationView::from))
}
