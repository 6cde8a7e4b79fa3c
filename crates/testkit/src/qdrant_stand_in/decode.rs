//! From Qdrant's messages to the engine's requests. What is not translated is refused.

mod filter;
mod vector;

use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::query::Variant as QueryVariant;
use qdrant_client::qdrant::vector_input::Variant as InputVariant;
use qdrant_client::qdrant::with_payload_selector::SelectorOptions;
use qdrant_client::qdrant::{
    CreateCollection, CreateFieldIndexCollection, FieldType, Modifier, PointStruct, PointsSelector,
    QueryPoints, vectors_config,
};
use qdrant_client::{Payload, qdrant};
use qdrant_edge::{
    CreateIndex, Distance, EdgeConfig, EdgeConfigBuilder, EdgeSparseVectorParamsBuilder,
    EdgeVectorParamsBuilder, FieldIndexOperations, NamedQuery, PayloadFieldSchema,
    PayloadSchemaType, PointInsertOperations, PointOperations, PointStructPersisted, QueryEnum,
    QueryRequest, ScoringQuery, UpdateOperation, WalOptions, WithPayloadInterface, WithVector,
};
use serde_json::Value;
use tonic::Status;

pub(super) use self::filter::filter;

/// What the server answers when a request names no limit.
const DEFAULT_LIMIT: u64 = 10;

pub(super) fn config(request: CreateCollection) -> Result<EdgeConfig, Status> {
    let log = WalOptions {
        segment_capacity: 1 << 20,
        ..WalOptions::default()
    };
    let mut config = EdgeConfigBuilder::new().wal_options(log);
    match request.vectors_config.and_then(|vectors| vectors.config) {
        None => {}
        Some(vectors_config::Config::ParamsMap(vectors)) => {
            for (name, params) in vectors.map {
                let size = usize::try_from(params.size).map_err(invalid)?;
                let distance = distance(params.distance)?;
                // On disk whatever was asked for: in memory costs 32 MB each.
                let params = EdgeVectorParamsBuilder::new(size, distance).on_disk(true);
                config = config.vector(name, params.build());
            }
        }
        Some(vectors_config::Config::Params(_)) => return Err(unsupported("unnamed vectors")),
    }
    for (name, params) in request.sparse_vectors_config.unwrap_or_default().map {
        let mut sparse = EdgeSparseVectorParamsBuilder::new();
        if params.modifier == Some(Modifier::Idf.into()) {
            sparse = sparse.modifier(qdrant_edge::Modifier::Idf);
        }
        config = config.sparse_vector(name, sparse.build());
    }
    Ok(config.build())
}

fn distance(number: i32) -> Result<Distance, Status> {
    match qdrant::Distance::try_from(number).map_err(invalid)? {
        qdrant::Distance::Cosine => Ok(Distance::Cosine),
        qdrant::Distance::Euclid => Ok(Distance::Euclid),
        qdrant::Distance::Dot => Ok(Distance::Dot),
        qdrant::Distance::Manhattan => Ok(Distance::Manhattan),
        qdrant::Distance::UnknownDistance => Err(Status::invalid_argument("no distance")),
    }
}

pub(super) fn field_index(request: &CreateFieldIndexCollection) -> Result<UpdateOperation, Status> {
    if request.field_type != Some(FieldType::Keyword.into()) {
        return Err(unsupported("an index other than of keywords"));
    }
    let create = FieldIndexOperations::CreateIndex(CreateIndex {
        field_name: filter::path(&request.field_name)?,
        field_schema: Some(PayloadFieldSchema::FieldType(PayloadSchemaType::Keyword)),
    });
    Ok(UpdateOperation::FieldIndexOperation(create))
}

pub(super) fn upsert(points: Vec<PointStruct>) -> Result<UpdateOperation, Status> {
    let points = points
        .into_iter()
        .map(point)
        .collect::<Result<Vec<_>, Status>>()?;
    Ok(UpdateOperation::PointOperation(
        PointOperations::UpsertPoints(PointInsertOperations::PointsList(points)),
    ))
}

fn point(point: PointStruct) -> Result<PointStructPersisted, Status> {
    let id = filter::point_id(point.id)?;
    let vectors = vector::stored(point.vectors)?;
    let payload: Value = Payload::from(point.payload).into();
    Ok(qdrant_edge::PointStruct::new(id, vectors, payload).into())
}

pub(super) fn delete(selector: Option<PointsSelector>) -> Result<UpdateOperation, Status> {
    let operation = match selector.and_then(|selector| selector.points_selector_one_of) {
        Some(PointsSelectorOneOf::Points(list)) => {
            let ids = list.ids.into_iter().map(|id| filter::point_id(Some(id)));
            PointOperations::DeletePoints {
                ids: ids.collect::<Result<Vec<_>, Status>>()?,
            }
        }
        Some(PointsSelectorOneOf::Filter(selected)) => {
            PointOperations::DeletePointsByFilter(filter(selected)?)
        }
        None => return Err(Status::invalid_argument("no points are selected")),
    };
    Ok(UpdateOperation::PointOperation(operation))
}

pub(super) fn query(request: QueryPoints) -> Result<QueryRequest, Status> {
    if !request.prefetch.is_empty() {
        return Err(unsupported("prefetch"));
    }
    let input = match request.query.and_then(|query| query.variant) {
        Some(QueryVariant::Nearest(input)) => input.variant,
        Some(_) | None => return Err(unsupported("a query other than for the nearest")),
    };
    let input = match input {
        Some(InputVariant::Dense(dense)) => vector::dense(dense),
        Some(InputVariant::Sparse(sparse)) => vector::sparse(sparse)?,
        Some(_) | None => return Err(unsupported("a query by anything but a vector")),
    };
    let using = request
        .using
        .ok_or_else(|| unsupported("unnamed vectors"))?;
    let with_payload = request
        .with_payload
        .and_then(|selector| selector.selector_options);
    let with_payload = match with_payload {
        None => false,
        Some(SelectorOptions::Enable(enable)) => enable,
        Some(SelectorOptions::Include(_) | SelectorOptions::Exclude(_)) => {
            return Err(unsupported("parts of a payload"));
        }
    };
    let count = |number: u64| usize::try_from(number).map_err(invalid);
    Ok(QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(
            input.into(),
            using,
        )))),
        filter: request.filter.map(filter).transpose()?,
        score_threshold: request.score_threshold.map(Into::into),
        limit: count(request.limit.unwrap_or(DEFAULT_LIMIT))?,
        offset: count(request.offset.unwrap_or_default())?,
        params: None,
        with_vector: WithVector::Bool(false),
        with_payload: WithPayloadInterface::Bool(with_payload),
    })
}

fn unsupported(what: &str) -> Status {
    Status::unimplemented(format!("the qdrant stand-in does not know {what}"))
}

fn invalid(error: impl std::fmt::Display) -> Status {
    Status::invalid_argument(error.to_string())
}
