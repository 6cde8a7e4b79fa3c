//! Passages as Qdrant's points and back.

use std::collections::HashMap;

use qdrant_client::Payload;
use qdrant_client::qdrant::{NamedVectors, PointStruct, ScoredPoint, Value, Vector};

use super::super::backend::{DENSE, SPARSE, StoreName};
use super::failure::explain;
use crate::error::KnowledgeError;
use crate::passage::{Passage, PassageVectors};

pub(super) fn to_points(
    store: StoreName,
    entries: Vec<(Passage, PassageVectors)>,
) -> Result<Vec<PointStruct>, KnowledgeError> {
    let mut points = Vec::with_capacity(entries.len());
    for (passage, vectors) in entries {
        let payload =
            serde_json::to_value(&passage).map_err(|source| KnowledgeError::Unreadable {
                store: store.to_string(),
                source,
            })?;
        let payload = Payload::try_from(payload).map_err(explain)?;
        let mut named = NamedVectors::default();
        if !vectors.sparse.indices.is_empty() {
            let sparse = Vector::new_sparse(vectors.sparse.indices, vectors.sparse.values);
            named = named.add_vector(SPARSE, sparse);
        }
        if let Some(dense) = vectors.dense {
            named = named.add_vector(DENSE, Vector::new_dense(dense));
        }
        points.push(PointStruct::new(passage.id.to_string(), named, payload));
    }
    Ok(points)
}

pub(super) fn to_passages(
    store: StoreName,
    points: Vec<ScoredPoint>,
) -> Result<Vec<(Passage, f32)>, KnowledgeError> {
    let mut passages = Vec::with_capacity(points.len());
    for point in points {
        passages.push((to_passage(store, point.payload)?, point.score));
    }
    Ok(passages)
}

fn to_passage(
    store: StoreName,
    payload: HashMap<String, Value>,
) -> Result<Passage, KnowledgeError> {
    serde_json::from_value(Payload::from(payload).into()).map_err(|source| {
        KnowledgeError::Unreadable {
            store: store.to_string(),
            source,
        }
    })
}
