//! Points: write, remove, count, query.

use std::sync::Arc;
use std::time::Instant;

use qdrant_client::qdrant::points_server::Points;
use qdrant_client::qdrant::{
    BatchResult, ClearPayloadPoints, CountPoints, CountResponse, CountResult,
    CreateFieldIndexCollection, CreateVectorNameRequest, DeleteFieldIndexCollection,
    DeletePayloadPoints, DeletePointVectors, DeletePoints, DeleteVectorNameRequest,
    DiscoverBatchPoints, DiscoverBatchResponse, DiscoverPoints, DiscoverResponse, FacetCounts,
    FacetResponse, GetPoints, GetResponse, PointsOperationResponse, QueryBatchPoints,
    QueryBatchResponse, QueryGroupsResponse, QueryPointGroups, QueryPoints, QueryResponse,
    RecommendBatchPoints, RecommendBatchResponse, RecommendGroupsResponse, RecommendPointGroups,
    RecommendPoints, RecommendResponse, ScoredPoint, ScrollPoints, ScrollResponse,
    SearchBatchPoints, SearchBatchResponse, SearchGroupsResponse, SearchMatrixOffsetsResponse,
    SearchMatrixPairsResponse, SearchMatrixPoints, SearchPointGroups, SearchPoints, SearchResponse,
    SetPayloadPoints, UpdateBatchPoints, UpdateBatchResponse, UpdatePointVectors, UpdateResult,
    UpdateStatus, UpsertPoints,
};
use qdrant_edge::{CountRequest, UpdateOperation};
use tonic::{Request, Response, Status};

use super::store::{Store, blocking, refuse};
use super::unimplemented::unimplemented_calls;
use super::{decode, encode};

pub(super) struct PointsService {
    store: Arc<Store>,
}

impl PointsService {
    pub(super) fn new(store: &Arc<Store>) -> Self {
        Self {
            store: Arc::clone(store),
        }
    }

    async fn apply(
        &self,
        collection: String,
        update: UpdateOperation,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        let start = Instant::now();
        blocking(&self.store, move |store| store.update(&collection, update)).await?;
        let status = UpdateStatus::Completed.into();
        Ok(Response::new(PointsOperationResponse {
            result: Some(UpdateResult {
                operation_id: None,
                status,
            }),
            time: start.elapsed().as_secs_f64(),
            usage: None,
        }))
    }

    async fn ask(
        &self,
        collection: String,
        query: QueryPoints,
    ) -> Result<Vec<ScoredPoint>, Status> {
        let request = decode::query(query)?;
        let found = blocking(&self.store, move |store| {
            store.query(&collection, |shard| shard.query(request).map_err(refuse))
        })
        .await?;
        Ok(found.into_iter().map(encode::scored_point).collect())
    }
}

#[tonic::async_trait]
impl Points for PointsService {
    async fn upsert(
        &self,
        request: Request<UpsertPoints>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.apply(request.collection_name, decode::upsert(request.points)?)
            .await
    }

    async fn delete(
        &self,
        request: Request<DeletePoints>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.apply(request.collection_name, decode::delete(request.points)?)
            .await
    }

    async fn create_field_index(
        &self,
        request: Request<CreateFieldIndexCollection>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        let request = request.into_inner();
        let name = request.collection_name.clone();
        self.apply(name, decode::field_index(&request)?).await
    }

    async fn count(
        &self,
        request: Request<CountPoints>,
    ) -> Result<Response<CountResponse>, Status> {
        let start = Instant::now();
        let request = request.into_inner();
        let filter = request.filter.map(decode::filter).transpose()?;
        let exact = request.exact.unwrap_or(true);
        let count = blocking(&self.store, move |store| {
            store.query(&request.collection_name, |shard| {
                shard.count(CountRequest { filter, exact }).map_err(refuse)
            })
        })
        .await?;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        Ok(Response::new(CountResponse {
            result: Some(CountResult { count }),
            time: start.elapsed().as_secs_f64(),
            usage: None,
        }))
    }

    async fn query(
        &self,
        request: Request<QueryPoints>,
    ) -> Result<Response<QueryResponse>, Status> {
        let start = Instant::now();
        let request = request.into_inner();
        let result = self.ask(request.collection_name.clone(), request).await?;
        let time = start.elapsed().as_secs_f64();
        Ok(Response::new(QueryResponse {
            result,
            time,
            usage: None,
        }))
    }

    async fn query_batch(
        &self,
        request: Request<QueryBatchPoints>,
    ) -> Result<Response<QueryBatchResponse>, Status> {
        let start = Instant::now();
        let request = request.into_inner();
        let mut result = Vec::with_capacity(request.query_points.len());
        for query in request.query_points {
            let found = self.ask(request.collection_name.clone(), query).await?;
            result.push(BatchResult { result: found });
        }
        let time = start.elapsed().as_secs_f64();
        Ok(Response::new(QueryBatchResponse {
            result,
            time,
            usage: None,
        }))
    }

    unimplemented_calls! {
        get(GetPoints) -> GetResponse;
        update_vectors(UpdatePointVectors) -> PointsOperationResponse;
        delete_vectors(DeletePointVectors) -> PointsOperationResponse;
        set_payload(SetPayloadPoints) -> PointsOperationResponse;
        overwrite_payload(SetPayloadPoints) -> PointsOperationResponse;
        delete_payload(DeletePayloadPoints) -> PointsOperationResponse;
        clear_payload(ClearPayloadPoints) -> PointsOperationResponse;
        delete_field_index(DeleteFieldIndexCollection) -> PointsOperationResponse;
        create_vector_name(CreateVectorNameRequest) -> PointsOperationResponse;
        delete_vector_name(DeleteVectorNameRequest) -> PointsOperationResponse;
        search(SearchPoints) -> SearchResponse;
        search_batch(SearchBatchPoints) -> SearchBatchResponse;
        search_groups(SearchPointGroups) -> SearchGroupsResponse;
        scroll(ScrollPoints) -> ScrollResponse;
        recommend(RecommendPoints) -> RecommendResponse;
        recommend_batch(RecommendBatchPoints) -> RecommendBatchResponse;
        recommend_groups(RecommendPointGroups) -> RecommendGroupsResponse;
        discover(DiscoverPoints) -> DiscoverResponse;
        discover_batch(DiscoverBatchPoints) -> DiscoverBatchResponse;
        update_batch(UpdateBatchPoints) -> UpdateBatchResponse;
        query_groups(QueryPointGroups) -> QueryGroupsResponse;
        facet(FacetCounts) -> FacetResponse;
        search_matrix_pairs(SearchMatrixPoints) -> SearchMatrixPairsResponse;
        search_matrix_offsets(SearchMatrixPoints) -> SearchMatrixOffsetsResponse;
    }
}
