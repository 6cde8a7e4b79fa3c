//! What a turn is about, read from the database.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use xin_broker::JobError;
use xin_domain::Author;
use xin_storage::Database;
use xin_storage::tenant::Message;
use xin_text::language;

use crate::answer::AnswerInput;
use crate::turn::{Turn, split_question};

/// Messages of the conversation that are read.
const HISTORY: u64 = 60;

/// What the turn is about; nothing when it is no longer wanted.
pub(crate) async fn input(
    database: &Database,
    turn: &Turn,
    now: DateTime<Utc>,
    time: Duration,
) -> Result<Option<AnswerInput>, JobError> {
    let tx = database.read(turn.tenant).await?;
    let Some(conversation) = tx.conversations().get(turn.conversation).await? else {
        return Ok(None);
    };
    if conversation.check_reply(turn.fence).is_err() {
        return Ok(None);
    }
    let Some(tenant) = tx.profile().get().await? else {
        return Ok(None);
    };
    let messages = tx
        .messages()
        .newest(turn.conversation, conversation.context_after, HISTORY)
        .await?;
    let brand = tx.brand().get().await?;
    let settings = tx.configurations().settings().await?;
    tx.commit().await?;
    let (history, question) = split_question(&messages);
    let language = answer_language(&question, tenant.locale.as_str());
    let language = settings.answer_language(language).to_owned();
    Ok(Some(AnswerInput {
        tenant: turn.tenant,
        business: tenant.name,
        locale: tenant.locale,
        brand,
        settings,
        history,
        question,
        channel_kind: turn.channel_kind,
        language,
        weak_turns: weak_turns(&messages),
        now,
        time,
    }))
}

/// Persian words in Latin letters that are words of no other language our customers write.
const FINGLISH: [&str; 24] = [
    "salam",
    "dorood",
    "mikham",
    "mikhastam",
    "mishe",
    "chande",
    "chand",
    "gheymat",
    "gheymate",
    "hazine",
    "ersal",
    "chetor",
    "chetori",
    "kojast",
    "lotfan",
    "mamnoon",
    "sohbat",
    "bezanam",
    "konam",
    "baraye",
    "poshtiban",
    "poshtibani",
    "khodahafez",
    "darid",
];

fn is_finglish(question: &str) -> bool {
    let words = xin_text::words(question);
    words
        .iter()
        .any(|word| FINGLISH.contains(&word.surface.as_str()))
}

/// The language of a question; `otherwise` for one that we cannot answer in.
pub(crate) fn answer_language(question: &str, otherwise: &'static str) -> &'static str {
    if otherwise == "fa" && is_finglish(question) {
        return "fa";
    }
    match language::detect(question).code() {
        code @ ("fa" | "ar" | "en") => code,
        _ => otherwise,
    }
}

/// The AI's replies at the end of the conversation that were no answer, in a row.
fn weak_turns(messages: &[Message]) -> u8 {
    let is_weak = |message: &&Message| {
        let trace = message.trace.as_ref();
        trace.and_then(|trace| trace.get("low_confidence")) == Some(&Value::Bool(true))
    };
    let weak = messages
        .iter()
        .rev()
        .filter(|message| message.author == Author::Ai)
        .take_while(is_weak)
        .count();
    u8::try_from(weak).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;
    use xin_domain::{ChannelId, ConversationId, MessageId};

    use super::*;

    #[test]
    fn only_weak_replies_in_a_row_count() {
        let message = |author, weak: bool| Message {
            trace: Some(json!({"low_confidence": weak})),
            ..Message::plain(
                MessageId::from_uuid(Uuid::from_u128(1)),
                (
                    ConversationId::from_uuid(Uuid::from_u128(2)),
                    ChannelId::from_uuid(Uuid::from_u128(3)),
                    1,
                ),
                author,
                String::new(),
                DateTime::UNIX_EPOCH,
            )
        };
        let mut messages = vec![
            message(Author::Ai, true),
            message(Author::Ai, false),
            message(Author::Customer, false),
            message(Author::Ai, true),
            message(Author::Customer, false),
        ];
        assert_eq!(weak_turns(&messages), 1);
        messages.push(message(Author::Ai, true));
        assert_eq!(weak_turns(&messages), 2);
        messages.push(message(Author::Ai, false));
        assert_eq!(weak_turns(&messages), 0);
    }
}
