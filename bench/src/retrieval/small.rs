//! Small tenants cut out of a set: most businesses begin with a handful of documents, and there
//! words are as common or as rare as those few say.

use std::collections::{HashMap, HashSet};

use xin_knowledge::KnowledgeIndex;
use xin_knowledge::confidence::Features;

use super::asked;
use super::indexed::Indexed;
use super::sets::{Document, Set};

/// Documents of a small tenant, and how many tenants of that size are made of a set.
const SIZES: [(usize, usize); 4] = [(1, 24), (4, 12), (15, 6), (60, 3)];
/// Unanswered questions asked per answered one.
const UNANSWERED: usize = 2;

/// Questions that a small tenant answers, and questions about documents it does not have.
#[derive(Default)]
pub struct Small {
    pub answered: Vec<Features>,
    pub missing: Vec<Features>,
}

pub async fn measure(index: &KnowledgeIndex, set: &Set) -> anyhow::Result<Small> {
    let mut measured = Small::default();
    let answering: HashSet<&String> = set.answers.values().flatten().collect();
    let documents: Vec<&Document> = set
        .documents
        .iter()
        .filter(|document| answering.contains(&document.id))
        .collect();
    let mut at = 0;
    for (size, tenants) in SIZES {
        for _ in 0..tenants {
            // Far apart, so that a tenant is not all about one subject.
            let chosen: Vec<&Document> = (0..size)
                .filter_map(|place| {
                    let spread = documents.len() / size.max(7) + 1;
                    documents.get((at + place * spread) % documents.len())
                })
                .copied()
                .collect();
            at += 13;
            one(index, set, &chosen, &mut measured).await?;
        }
    }
    Ok(measured)
}

async fn one(
    index: &KnowledgeIndex,
    set: &Set,
    documents: &[&Document],
    measured: &mut Small,
) -> anyhow::Result<()> {
    let ids: HashSet<&String> = documents.iter().map(|document| &document.id).collect();
    let indexed = Indexed::of(index, set, documents, &HashMap::new()).await?;
    let (mut answered, mut missing) = (Vec::new(), Vec::new());
    for query in set.answerable() {
        let relevant = set.answers.get(&query.id).into_iter().flatten();
        let is_here = relevant.into_iter().any(|document| ids.contains(document));
        if is_here {
            answered.push(query);
        } else {
            missing.push(query);
        }
    }
    let step = missing
        .len()
        .div_ceil(answered.len() * UNANSWERED + 1)
        .max(1);
    for query in &answered {
        let found = indexed.search(&asked(query)).await?;
        let features = indexed.features(&asked(query), &found.passages);
        measured.answered.push(features);
    }
    for query in missing.into_iter().step_by(step) {
        let found = indexed.search(&asked(query)).await?;
        let features = indexed.features(&asked(query), &found.passages);
        measured.missing.push(features);
    }
    indexed.forget().await
}
