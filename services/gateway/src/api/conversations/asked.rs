//! What a customer asked, to which the AI said something.

use xin_domain::{Author, ConversationId, ErrorKind, MessageId};
use xin_storage::TenantTx;
use xin_storage::tenant::Message;

use crate::error::{Answer, ApiError};

/// Messages before a reply that may belong to its question.
const LOOKED_AT: u64 = 20;

/// What the AI said, and the customer's words before it.
pub async fn asked(
    tx: &TenantTx,
    conversation: ConversationId,
    message: MessageId,
) -> Answer<(Message, String)> {
    let reply = tx.messages().get(message).await?;
    let reply = reply
        .filter(|reply| reply.conversation_id == conversation)
        .ok_or_else(|| ApiError::not_found("message"))?;
    if reply.author != Author::Ai {
        let detail = "only what the AI said can be corrected or confirmed";
        return Err(ApiError::new(ErrorKind::Conflict, "not_by_the_ai", detail));
    }
    let messages = tx.messages();
    let before = messages
        .before(conversation, reply.position, LOOKED_AT)
        .await?;
    let mut words: Vec<String> = before
        .into_iter()
        .rev()
        // The note about a handoff stands between the question and the reply.
        .filter(|said| said.author != Author::System)
        .take_while(|said| said.author == Author::Customer)
        .map(|said| said.text)
        .collect();
    words.reverse();
    Ok((reply, words.join("\n").trim().to_owned()))
}
