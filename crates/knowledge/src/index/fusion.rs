//! One order out of two: by words and by meaning.
//!
//! The scores are added, not the ranks: rank fusion lets a dense model that does not know Persian
//! push good matches of words away. The words' score is divided by the best of the result and so
//! lies between 0 and 1; the cosine joins with [`DENSE_WEIGHT`]. It is done here rather than in the
//! store, so that every store gives the same answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use uuid::Uuid;

use super::backend::Candidates;
use crate::passage::{Passage, ScoredPassage};

/// How much a cosine of 1 adds to the best match of words, which has 1.
const DENSE_WEIGHT: f32 = 0.3;

/// The `limit` best passages of both lists.
pub(super) fn fuse(candidates: Candidates, limit: usize) -> Vec<ScoredPassage> {
    let best_sparse = candidates
        .sparse
        .iter()
        .map(|(_, score)| *score)
        .fold(0.0_f32, f32::max);
    let mut found: HashMap<Uuid, ScoredPassage> = HashMap::new();
    for (passage, score) in candidates.sparse {
        let entry = entry(&mut found, passage);
        entry.sparse_score = Some(better(entry.sparse_score, score));
    }
    for (passage, score) in candidates.dense {
        let entry = entry(&mut found, passage);
        entry.dense_score = Some(better(entry.dense_score, score));
    }
    let mut ranked: Vec<ScoredPassage> = found.into_values().collect();
    for hit in &mut ranked {
        let words = hit.sparse_score.unwrap_or_default();
        let words = if best_sparse > 0.0 {
            words / best_sparse
        } else {
            0.0
        };
        let meaning = hit.dense_score.unwrap_or_default().max(0.0);
        hit.score = DENSE_WEIGHT.mul_add(meaning, words);
    }
    // The id breaks ties, so that two stores, or two runs, agree on the order.
    ranked.sort_by(|left, right| {
        right
            .score
            .total_cmp(&left.score)
            .then_with(|| left.passage.id.cmp(&right.passage.id))
    });
    ranked.truncate(limit);
    ranked
}

/// The entry of a passage. A copy that was found by another phrasing stands for the passage itself.
fn entry(found: &mut HashMap<Uuid, ScoredPassage>, passage: Passage) -> &mut ScoredPassage {
    let id = if passage.phrasing.is_some() {
        Passage::id_of(passage.document_id, passage.version, passage.ordinal)
    } else {
        passage.id
    };
    match found.entry(id) {
        Entry::Occupied(occupied) => occupied.into_mut(),
        Entry::Vacant(vacant) => vacant.insert(ScoredPassage {
            passage: Passage {
                id,
                phrasing: None,
                ..passage
            },
            score: 0.0,
            sparse_score: None,
            dense_score: None,
        }),
    }
}

/// The better of two scores of one passage.
fn better(known: Option<f32>, score: f32) -> f32 {
    known.map_or(score, |known| known.max(score))
}

#[cfg(test)]
mod tests {
    use xin_domain::DocumentId;

    use super::*;

    fn passage(document: u128, version: i64) -> Passage {
        let document_id = DocumentId::from_uuid(Uuid::from_u128(document));
        Passage {
            id: Passage::id_of(document_id, version, 0),
            document_id,
            version,
            ordinal: 0,
            title: String::new(),
            heading_path: Vec::new(),
            page: None,
            language: "fa".to_owned(),
            text: String::new(),
            phrasing: None,
            is_faq: false,
        }
    }

    fn documents(hits: &[ScoredPassage]) -> Vec<u128> {
        hits.iter()
            .map(|hit| hit.passage.document_id.uuid().as_u128())
            .collect()
    }

    #[test]
    fn words_lead_and_meaning_decides_between_near_ties() {
        let candidates = Candidates {
            sparse: vec![
                (passage(1, 1), 10.0),
                (passage(2, 1), 9.0),
                (passage(3, 1), 1.0),
            ],
            dense: vec![(passage(3, 1), 0.9), (passage(2, 1), 0.8)],
        };
        assert_eq!(documents(&fuse(candidates, 3)), vec![2, 1, 3]);
    }

    #[test]
    fn meaning_alone_still_finds() {
        let candidates = Candidates {
            sparse: Vec::new(),
            dense: vec![(passage(1, 1), 0.2), (passage(2, 1), 0.8)],
        };
        let hits = fuse(candidates, 1);
        assert_eq!(documents(&hits), vec![2]);
        assert_eq!(hits[0].sparse_score, None);
    }
}
