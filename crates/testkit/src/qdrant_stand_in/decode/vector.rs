//! Vectors: dense and sparse, always named.

use qdrant_client::qdrant;
use qdrant_client::qdrant::vectors::VectorsOptions;
use qdrant_edge::{NamedVectors, Vector, Vectors};
use tonic::Status;

use super::super::store::refuse;
use super::unsupported;

pub(super) fn stored(vectors: Option<qdrant::Vectors>) -> Result<Vectors, Status> {
    let named = match vectors.and_then(|vectors| vectors.vectors_options) {
        Some(VectorsOptions::Vectors(named)) => named.vectors,
        Some(VectorsOptions::Vector(_)) => return Err(unsupported("unnamed vectors")),
        None => return Err(Status::invalid_argument("a point has no vectors")),
    };
    let mut stored = NamedVectors::default();
    for (name, vector) in named {
        let vector = match vector.vector {
            Some(qdrant::vector::Vector::Dense(values)) => dense(values),
            Some(qdrant::vector::Vector::Sparse(values)) => sparse(values)?,
            Some(_) => return Err(unsupported("this kind of vector")),
            None => return Err(unsupported("the notation of vectors before 1.16")),
        };
        stored = stored.add_vector(name, vector);
    }
    Ok(stored.into())
}

pub(super) fn dense(vector: qdrant::DenseVector) -> Vector {
    Vector::new_dense(vector.data)
}

pub(super) fn sparse(vector: qdrant::SparseVector) -> Result<Vector, Status> {
    Vector::new_sparse(vector.indices, vector.values).map_err(refuse)
}
