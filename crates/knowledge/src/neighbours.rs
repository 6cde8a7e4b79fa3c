//! Passages that stand side by side in their document become one: what was cut apart for the
//! search is read together.

use crate::passage::ScoredPassage;

/// Characters that joined passages have at the most.
const LONGEST: usize = 3_000;

/// Joins passages of one document whose places follow each other. A joined passage stands where
/// the best of its parts stood, with that part's scores.
#[must_use]
pub fn joined(passages: Vec<ScoredPassage>) -> Vec<ScoredPassage> {
    let mut kept: Vec<(ScoredPassage, u32)> = Vec::with_capacity(passages.len());
    for found in passages {
        let place = kept.iter_mut().find_map(|(known, last)| {
            let order = beside(known, *last, &found)?;
            Some((known, last, order))
        });
        match place {
            Some((known, last, Order::Before)) => {
                known.passage.ordinal = found.passage.ordinal;
                known.passage.page = found.passage.page.or(known.passage.page);
                known.passage.heading_path = found.passage.heading_path;
                known.passage.text = format!("{}\n\n{}", found.passage.text, known.passage.text);
                *last = (*last).max(known.passage.ordinal);
            }
            Some((known, last, Order::After)) => {
                known.passage.text = format!("{}\n\n{}", known.passage.text, found.passage.text);
                *last = found.passage.ordinal;
            }
            None => {
                let last = found.passage.ordinal;
                kept.push((found, last));
            }
        }
    }
    kept.into_iter().map(|(found, _)| found).collect()
}

enum Order {
    Before,
    After,
}

fn beside(known: &ScoredPassage, last: u32, found: &ScoredPassage) -> Option<Order> {
    let (one, other) = (&known.passage, &found.passage);
    let same = one.document_id == other.document_id && one.version == other.version;
    let length = one.text.chars().count() + other.text.chars().count();
    if !same || one.is_faq || length > LONGEST {
        return None;
    }
    if other.ordinal.checked_add(1) == Some(one.ordinal) {
        Some(Order::Before)
    } else if last.checked_add(1) == Some(other.ordinal) {
        Some(Order::After)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use xin_domain::DocumentId;

    use super::*;
    use crate::passage::Passage;

    fn found(document: u128, ordinal: u32, score: f32, text: &str) -> ScoredPassage {
        let document_id = DocumentId::from_uuid(Uuid::from_u128(document));
        ScoredPassage {
            passage: Passage {
                id: Passage::id_of(document_id, 1, ordinal),
                document_id,
                version: 1,
                ordinal,
                title: String::new(),
                heading_path: Vec::new(),
                page: None,
                language: "fa".to_owned(),
                text: text.to_owned(),
                phrasing: None,
                is_faq: false,
            },
            score,
            sparse_score: Some(score),
            dense_score: None,
        }
    }

    #[test]
    fn what_stands_side_by_side_is_read_together() {
        let passages = vec![
            found(1, 4, 9.0, "چهار"),
            found(2, 5, 8.0, "دیگری"),
            found(1, 5, 7.0, "پنج"),
            found(1, 3, 6.0, "سه"),
            found(1, 9, 5.0, "نه"),
        ];
        let texts: Vec<(String, f32)> = joined(passages)
            .into_iter()
            .map(|found| (found.passage.text, found.score))
            .collect();
        let wanted = [("سه\n\nچهار\n\nپنج", 9.0), ("دیگری", 8.0), ("نه", 5.0)];
        assert_eq!(texts, wanted.map(|(text, score)| (text.to_owned(), score)));
    }

    #[test]
    fn what_would_be_too_long_stays_apart() {
        let long = "آ".repeat(LONGEST / 2 + 1);
        let passages = vec![found(1, 0, 2.0, &long), found(1, 1, 1.0, &long)];
        assert_eq!(joined(passages).len(), 2);
    }
}
