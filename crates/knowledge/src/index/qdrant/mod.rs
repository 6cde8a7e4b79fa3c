//! A Qdrant server, 1.18 or newer, over gRPC: one collection per tenant and space.
//!
//! Only fields of the 1.18 protocol are set. Every call is safe to repeat, so a caller that gets a
//! transient error just tries again.

mod collection;
mod failure;
mod point;

use async_trait::async_trait;
use qdrant_client::Qdrant;
use qdrant_client::qdrant::{
    BatchResult, Condition, CountPointsBuilder, DeletePointsBuilder, Filter, Query,
    QueryBatchPointsBuilder, QueryPoints, QueryPointsBuilder, UpsertPointsBuilder, VectorInput,
};
use url::Url;
use xin_domain::TenantId;

use self::failure::{explain, is_absent};
use super::IndexOptions;
use super::backend::{
    CandidateQuery, Candidates, DENSE, DOCUMENT_ID, Removal, SPARSE, StoreName, VERSION,
    VectorBackend,
};
use crate::error::KnowledgeError;
use crate::passage::{Passage, PassageVectors};

/// Qdrant's gRPC port, for an address that names none.
const GRPC_PORT: u16 = 6334;

pub(super) struct QdrantBackend {
    client: Qdrant,
}

impl QdrantBackend {
    pub(super) fn connect(url: &str, options: IndexOptions) -> Result<Self, KnowledgeError> {
        let client = Qdrant::from_url(&with_port(url)?)
            .api_key(options.api_key)
            .timeout(options.timeout)
            .connect_timeout(options.timeout)
            // The check opens a connection of its own and prints to stdout when nobody answers.
            .skip_compatibility_check()
            .build()
            .map_err(explain)?;
        Ok(Self { client })
    }
}

impl QdrantBackend {
    async fn ask(
        &self,
        name: &str,
        queries: &[QueryPoints],
    ) -> Result<Vec<BatchResult>, KnowledgeError> {
        let batch = QueryBatchPointsBuilder::new(name, queries.to_vec());
        match self.client.query_batch(batch).await {
            Ok(response) => Ok(response.result),
            Err(error) if is_absent(&error) => Ok(Vec::new()),
            Err(error) => Err(explain(error)),
        }
    }

    async fn delete(&self, name: &str) -> Result<(), KnowledgeError> {
        match self.client.delete_collection(name).await {
            Err(error) if !is_absent(&error) => Err(explain(error)),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

fn with_port(url: &str) -> Result<String, KnowledgeError> {
    let wrong = || KnowledgeError::Invalid(format!("{url} is not the address of a Qdrant server"));
    let mut parsed = Url::parse(url).ok().ok_or_else(wrong)?;
    if parsed.port().is_none() {
        parsed.set_port(Some(GRPC_PORT)).ok().ok_or_else(wrong)?;
    }
    Ok(parsed.to_string())
}

#[async_trait]
impl VectorBackend for QdrantBackend {
    async fn check(&self) -> Result<(), KnowledgeError> {
        self.client.health_check().await.map_err(explain)?;
        Ok(())
    }

    async fn put(
        &self,
        store: StoreName,
        entries: Vec<(Passage, PassageVectors)>,
    ) -> Result<(), KnowledgeError> {
        let points = point::to_points(store, entries)?;
        let upsert = UpsertPointsBuilder::new(store.to_string(), points)
            .wait(true)
            .build();
        match self.client.upsert_points(upsert.clone()).await {
            Ok(_) => return Ok(()),
            Err(error) if is_absent(&error) => collection::create(&self.client, store).await?,
            Err(error) => return Err(explain(error)),
        }
        self.client.upsert_points(upsert).await.map_err(explain)?;
        Ok(())
    }

    async fn remove(&self, store: StoreName, removal: Removal) -> Result<(), KnowledgeError> {
        let delete = DeletePointsBuilder::new(store.to_string())
            .points(filter(removal))
            .wait(true);
        match self.client.delete_points(delete).await {
            Err(error) if !is_absent(&error) => Err(explain(error)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn search(
        &self,
        store: StoreName,
        query: CandidateQuery,
    ) -> Result<Candidates, KnowledgeError> {
        let limit = u64::try_from(query.limit).unwrap_or(u64::MAX);
        let name = store.to_string();
        let has_sparse = query.sparse.is_some();
        let nearest = |input: VectorInput, using: &str| -> QueryPoints {
            QueryPointsBuilder::new(name.clone())
                .query(Query::new_nearest(input))
                .using(using)
                .limit(limit)
                .with_payload(true)
                .build()
        };
        let sparse = query.sparse.map(|sparse| {
            nearest(
                VectorInput::new_sparse(sparse.indices, sparse.values),
                SPARSE,
            )
        });
        let dense = query
            .dense
            .map(|dense| nearest(VectorInput::new_dense(dense), DENSE));
        // Two questions in one call, so that the second does not cost another way there and back.
        let queries: Vec<QueryPoints> = sparse.into_iter().chain(dense).collect();
        let mut results = self.ask(&name, &queries).await?;
        if results.iter().all(|result| result.result.is_empty()) {
            // The server first finds points and then reads their payload. When a document is
            // swapped in between, all of them may be gone, and the next look finds the new ones.
            results = self.ask(&name, &queries).await?;
        }
        let mut results = results.into_iter();
        let mut next = || point::to_passages(store, results.next().unwrap_or_default().result);
        let sparse = if has_sparse { next()? } else { Vec::new() };
        Ok(Candidates {
            sparse,
            dense: next()?,
        })
    }

    async fn count(&self, store: StoreName) -> Result<u64, KnowledgeError> {
        let count = CountPointsBuilder::new(store.to_string()).exact(true);
        match self.client.count(count).await {
            Ok(response) => Ok(response.result.unwrap_or_default().count),
            Err(error) if is_absent(&error) => Ok(0),
            Err(error) => Err(explain(error)),
        }
    }

    async fn remove_store(&self, store: StoreName) -> Result<(), KnowledgeError> {
        self.delete(&store.to_string()).await
    }

    async fn remove_tenant(&self, tenant: TenantId) -> Result<(), KnowledgeError> {
        let listed = self.client.list_collections().await.map_err(explain)?;
        for collection in listed.collections {
            if !StoreName::belongs_to(&collection.name, tenant) {
                continue;
            }
            self.delete(&collection.name).await?;
        }
        Ok(())
    }
}

fn filter(removal: Removal) -> Filter {
    match removal {
        Removal::Document(document) => {
            Filter::must([Condition::matches(DOCUMENT_ID, document.to_string())])
        }
        Removal::OtherVersions(document, version) => Filter {
            must_not: vec![Condition::matches(VERSION, version)],
            ..Filter::must([Condition::matches(DOCUMENT_ID, document.to_string())])
        },
        Removal::Passage(id) => Filter::must([Condition::has_id([id.to_string()])]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_port_means_the_grpc_port() {
        assert_eq!(with_port("http://qdrant").unwrap(), "http://qdrant:6334/");
        assert_eq!(
            with_port("http://qdrant:7000").unwrap(),
            "http://qdrant:7000/"
        );
        assert!(with_port("http://").is_err());
    }
}
