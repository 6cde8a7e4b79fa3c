//! Collections: create, list, look up, remove.

use std::sync::Arc;
use std::time::Instant;

use qdrant_client::qdrant::collections_server::Collections;
use qdrant_client::qdrant::{
    ChangeAliases, CollectionClusterInfoRequest, CollectionClusterInfoResponse,
    CollectionDescription, CollectionExists, CollectionExistsRequest, CollectionExistsResponse,
    CollectionInfo, CollectionOperationResponse, CollectionStatus, CreateCollection,
    CreateShardKeyRequest, CreateShardKeyResponse, DeleteCollection, DeleteShardKeyRequest,
    DeleteShardKeyResponse, GetCollectionInfoRequest, GetCollectionInfoResponse,
    ListAliasesRequest, ListAliasesResponse, ListCollectionAliasesRequest, ListCollectionsRequest,
    ListCollectionsResponse, ListShardKeysRequest, ListShardKeysResponse, UpdateCollection,
    UpdateCollectionClusterSetupRequest, UpdateCollectionClusterSetupResponse,
};
use tonic::{Request, Response, Status};

use super::decode;
use super::store::{Store, blocking};
use super::unimplemented::unimplemented_calls;

pub(super) struct CollectionsService {
    store: Arc<Store>,
}

impl CollectionsService {
    pub(super) fn new(store: &Arc<Store>) -> Self {
        Self {
            store: Arc::clone(store),
        }
    }
}

#[tonic::async_trait]
impl Collections for CollectionsService {
    async fn get(
        &self,
        request: Request<GetCollectionInfoRequest>,
    ) -> Result<Response<GetCollectionInfoResponse>, Status> {
        let start = Instant::now();
        let name = request.into_inner().collection_name;
        let info = blocking(&self.store, move |store| {
            store.query(&name, |shard| Ok(shard.info()))
        })
        .await?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let result = CollectionInfo {
            status: CollectionStatus::Green.into(),
            segments_count: count(info.segments_count),
            points_count: Some(count(info.points_count)),
            indexed_vectors_count: Some(count(info.indexed_vectors_count)),
            ..CollectionInfo::default()
        };
        let time = start.elapsed().as_secs_f64();
        Ok(Response::new(GetCollectionInfoResponse {
            result: Some(result),
            time,
        }))
    }

    async fn list(
        &self,
        _request: Request<ListCollectionsRequest>,
    ) -> Result<Response<ListCollectionsResponse>, Status> {
        let start = Instant::now();
        let names = blocking(&self.store, |store| Ok(store.names())).await?;
        let collections = names
            .into_iter()
            .map(|name| CollectionDescription { name })
            .collect();
        let time = start.elapsed().as_secs_f64();
        Ok(Response::new(ListCollectionsResponse { collections, time }))
    }

    async fn create(
        &self,
        request: Request<CreateCollection>,
    ) -> Result<Response<CollectionOperationResponse>, Status> {
        let start = Instant::now();
        let request = request.into_inner();
        let name = request.collection_name.clone();
        let config = decode::config(request)?;
        blocking(&self.store, move |store| store.create(&name, config)).await?;
        let time = start.elapsed().as_secs_f64();
        Ok(Response::new(CollectionOperationResponse {
            result: true,
            time,
        }))
    }

    async fn delete(
        &self,
        request: Request<DeleteCollection>,
    ) -> Result<Response<CollectionOperationResponse>, Status> {
        let start = Instant::now();
        let name = request.into_inner().collection_name;
        let result = blocking(&self.store, move |store| store.remove(&name)).await?;
        let time = start.elapsed().as_secs_f64();
        Ok(Response::new(CollectionOperationResponse { result, time }))
    }

    async fn collection_exists(
        &self,
        request: Request<CollectionExistsRequest>,
    ) -> Result<Response<CollectionExistsResponse>, Status> {
        let start = Instant::now();
        let name = request.into_inner().collection_name;
        let exists = blocking(&self.store, move |store| Ok(store.exists(&name))).await?;
        let time = start.elapsed().as_secs_f64();
        let result = Some(CollectionExists { exists });
        Ok(Response::new(CollectionExistsResponse { result, time }))
    }

    unimplemented_calls! {
        update(UpdateCollection) -> CollectionOperationResponse;
        update_aliases(ChangeAliases) -> CollectionOperationResponse;
        list_collection_aliases(ListCollectionAliasesRequest) -> ListAliasesResponse;
        list_aliases(ListAliasesRequest) -> ListAliasesResponse;
        collection_cluster_info(CollectionClusterInfoRequest) -> CollectionClusterInfoResponse;
        update_collection_cluster_setup(UpdateCollectionClusterSetupRequest)
            -> UpdateCollectionClusterSetupResponse;
        create_shard_key(CreateShardKeyRequest) -> CreateShardKeyResponse;
        delete_shard_key(DeleteShardKeyRequest) -> DeleteShardKeyResponse;
        list_shard_keys(ListShardKeysRequest) -> ListShardKeysResponse;
    }
}
