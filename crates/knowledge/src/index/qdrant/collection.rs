//! The collection of one tenant. There may be hundreds on one server, so it is kept small: one
//! segment, a log of 1 MiB instead of 32, vectors on disk.

use qdrant_client::Qdrant;
use qdrant_client::qdrant::{
    CreateCollectionBuilder, CreateFieldIndexCollectionBuilder, Distance, FieldType, Modifier,
    OptimizersConfigDiffBuilder, SparseIndexConfigBuilder, SparseVectorParamsBuilder,
    SparseVectorsConfigBuilder, VectorParamsBuilder, VectorsConfigBuilder, WalConfigDiffBuilder,
};

use super::super::backend::{DENSE, DOCUMENT_ID, SPARSE, StoreName};
use super::failure::{explain, is_present};
use crate::error::KnowledgeError;

/// Creates the collection, or finds that somebody else just did.
pub(super) async fn create(client: &Qdrant, store: StoreName) -> Result<(), KnowledgeError> {
    let mut sparse = SparseVectorsConfigBuilder::default();
    sparse.add_named_vector_params(
        SPARSE,
        SparseVectorParamsBuilder::default()
            .modifier(Modifier::Idf)
            .index(SparseIndexConfigBuilder::default().on_disk(true)),
    );
    let mut collection = CreateCollectionBuilder::new(store.to_string())
        .sparse_vectors_config(sparse)
        .wal_config(WalConfigDiffBuilder::default().wal_capacity_mb(1))
        .optimizers_config(OptimizersConfigDiffBuilder::default().default_segment_number(1));
    if let Some(dimension) = store.dimension {
        let size = u64::try_from(dimension).unwrap_or(u64::MAX);
        let mut dense = VectorsConfigBuilder::default();
        dense.add_named_vector_params(
            DENSE,
            VectorParamsBuilder::new(size, Distance::Cosine).on_disk(true),
        );
        collection = collection.vectors_config(dense);
    }
    match client.create_collection(collection).await {
        Err(error) if !is_present(&error) => return Err(explain(error)),
        Ok(_) | Err(_) => {}
    }
    // A process killed between the two calls leaves a collection without the index. Removing a
    // document then reads every payload of the tenant: slower, and still right.
    let index =
        CreateFieldIndexCollectionBuilder::new(store.to_string(), DOCUMENT_ID, FieldType::Keyword);
    client
        .create_field_index(index.wait(true))
        .await
        .map_err(explain)?;
    Ok(())
}
