//! From the engine's answers to Qdrant's messages.

use qdrant_client::Payload;
use qdrant_client::qdrant::{PointId, ScoredPoint};

pub(super) fn scored_point(point: qdrant_edge::ScoredPoint) -> ScoredPoint {
    let payload = point
        .payload
        .map(|payload| Payload::from(payload.0))
        .unwrap_or_default();
    ScoredPoint {
        id: Some(point_id(point.id)),
        payload: payload.into(),
        score: point.score,
        version: point.version,
        ..ScoredPoint::default()
    }
}

fn point_id(id: qdrant_edge::PointId) -> PointId {
    match id {
        qdrant_edge::PointId::NumId(number) => number.into(),
        qdrant_edge::PointId::Uuid(uuid) => uuid.to_string().into(),
    }
}
