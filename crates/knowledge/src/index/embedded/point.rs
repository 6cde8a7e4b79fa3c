//! Passages as the engine's points and back, and the two kinds of question.

use qdrant_edge::{
    NamedQuery, NamedVectors, PointId, PointStruct, PointStructPersisted, QueryEnum, QueryRequest,
    ScoredPoint, ScoringQuery, Vector, VectorInternal, Vectors, WithPayloadInterface, WithVector,
};
use xin_text::sparse::SparseVector;

use super::super::backend::{DENSE, SPARSE, StoreName};
use super::explain;
use crate::error::KnowledgeError;
use crate::passage::{Passage, PassageVectors};

pub(super) fn to_points(
    store: StoreName,
    entries: Vec<(Passage, PassageVectors)>,
) -> Result<Vec<PointStructPersisted>, KnowledgeError> {
    let mut points = Vec::with_capacity(entries.len());
    for (passage, vectors) in entries {
        let payload =
            serde_json::to_value(&passage).map_err(|source| KnowledgeError::Unreadable {
                store: store.to_string(),
                source,
            })?;
        let mut named = NamedVectors::default();
        if !vectors.sparse.indices.is_empty() {
            named = named.add_vector(SPARSE, sparse_vector(vectors.sparse)?);
        }
        if let Some(dense) = vectors.dense {
            named = named.add_vector(DENSE, Vector::new_dense(dense));
        }
        let id = PointId::Uuid(passage.id);
        points.push(PointStruct::new(id, Vectors::from(named), payload).into());
    }
    Ok(points)
}

pub(super) fn to_passage(
    store: StoreName,
    point: ScoredPoint,
) -> Result<(Passage, f32), KnowledgeError> {
    let payload = serde_json::Value::Object(point.payload.unwrap_or_default().0);
    let passage = serde_json::from_value(payload).map_err(|source| KnowledgeError::Unreadable {
        store: store.to_string(),
        source,
    })?;
    Ok((passage, point.score))
}

pub(super) fn nearest_words(
    sparse: SparseVector,
    limit: usize,
) -> Result<QueryRequest, KnowledgeError> {
    Ok(nearest(sparse_vector(sparse)?.into(), SPARSE, limit))
}

pub(super) fn nearest_meaning(dense: Vec<f32>, limit: usize) -> QueryRequest {
    nearest(VectorInternal::Dense(dense), DENSE, limit)
}

fn nearest(vector: VectorInternal, using: &str, limit: usize) -> QueryRequest {
    QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(
            vector, using,
        )))),
        filter: None,
        score_threshold: None,
        limit,
        offset: 0,
        params: None,
        with_vector: WithVector::Bool(false),
        with_payload: WithPayloadInterface::Bool(true),
    }
}

fn sparse_vector(sparse: SparseVector) -> Result<Vector, KnowledgeError> {
    Vector::new_sparse(sparse.indices, sparse.values).map_err(explain)
}
