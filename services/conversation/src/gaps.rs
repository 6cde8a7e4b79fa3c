//! Keeps the questions that were not answered, in groups of the same meaning.

use chrono::{DateTime, TimeDelta, Utc};
use xin_broker::JobError;
use xin_contracts::DecodeError;
use xin_contracts::messages::reply_proposed;
use xin_domain::{ConversationId, GapGroupId, GapReason, IdSource, MessageId};
use xin_storage::TenantTx;
use xin_storage::tenant::Gap;
use xin_text::fold;
use xin_text::sparse::{self, SparseVector};

/// Questions older than this do not take in new ones: what was missing then may be there now.
const COMPARED: TimeDelta = TimeDelta::days(30);
/// The newest of them that a question is compared with.
const MOST_COMPARED: u64 = 500;
/// From this cosine on two questions ask the same: they share most of their words or pieces.
const SAME: f32 = 0.6;
/// Longer than any question; what comes after says no more.
const LONGEST_QUESTION: usize = 1000;

/// A question that was not answered.
pub(crate) struct NewGap {
    question: String,
    language: String,
    reason: GapReason,
}

impl TryFrom<reply_proposed::Gap> for NewGap {
    type Error = DecodeError;

    fn try_from(wire: reply_proposed::Gap) -> Result<Self, DecodeError> {
        Ok(Self {
            question: wire.question.chars().take(LONGEST_QUESTION).collect(),
            language: wire.language,
            reason: GapReason::from_name(&wire.reason)
                .ok_or_else(|| DecodeError(format!("gap reason {}", wire.reason)))?,
        })
    }
}

/// Keeps a question with those that ask the same, in the transaction of its reply.
pub(crate) async fn keep(
    tx: &TenantTx,
    ids: &dyn IdSource,
    (conversation, turn, message): (ConversationId, i64, MessageId),
    new: NewGap,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let folded = fold(&new.question)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if folded.is_empty() {
        return Ok(());
    }
    let open = tx.gaps().open_since(now - COMPARED, MOST_COMPARED).await?;
    let group = most_alike(&folded, &open).unwrap_or_else(|| GapGroupId::new(ids, now));
    tx.gaps()
        .add_once(&Gap {
            id: ids.next(now),
            group,
            conversation,
            turn,
            message,
            question: new.question,
            folded,
            language: new.language,
            reason: new.reason,
            created_at: now,
        })
        .await?;
    Ok(())
}

/// The group of the question that is most like this one; the oldest of equals.
fn most_alike(folded: &str, open: &[(GapGroupId, String)]) -> Option<GapGroupId> {
    let asked = sparse::query(folded);
    let mut best: Option<(f32, GapGroupId)> = None;
    for (group, other) in open {
        let alike = if other == folded {
            1.0
        } else {
            cosine(&asked, &sparse::query(other))
        };
        if alike >= SAME && best.is_none_or(|(most, _)| alike > most) {
            best = Some((alike, *group));
        }
    }
    best.map(|(_, group)| group)
}

fn cosine(left: &SparseVector, right: &SparseVector) -> f32 {
    let length =
        |vector: &SparseVector| vector.values.iter().map(|value| value * value).sum::<f32>();
    let both = (length(left) * length(right)).sqrt();
    let shared: f32 = left
        .indices
        .iter()
        .zip(&left.values)
        .filter_map(|(index, value)| {
            let at = right.indices.binary_search(index).ok()?;
            Some(value * right.values.get(at)?)
        })
        .sum();
    if both > 0.0 { shared / both } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn questions_of_the_same_meaning_find_each_other() {
        let group = |number| GapGroupId::from_uuid(Uuid::from_u128(number));
        let open = [
            (group(1), fold("گارانتی محصولات چند ماه است؟")),
            (group(2), fold("آیا در شیراز نمایندگی دارید؟")),
            (group(3), fold("Do you ship to Germany?")),
        ];
        for (question, wanted) in [
            ("گارانتي محصولات چند ماهه؟", Some(group(1))),
            ("در شیراز نمایندگی دارید", Some(group(2))),
            ("do you ship to germany", Some(group(3))),
            ("قیمت زعفران چقدر است؟", None),
            ("Do you have a warranty?", None),
        ] {
            assert_eq!(most_alike(&fold(question), &open), wanted, "{question}");
        }
    }
}
