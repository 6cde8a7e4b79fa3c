//! What Qdrant's answers mean.
//!
//! gRPC tells a server that is away from a server that is broken only by half: a refused
//! connection comes as `internal` from the client library, a connection cut during a call as
//! `unknown`. Both are told by their cause, which a status sent by a server never has.

use std::error::Error;

use qdrant_client::QdrantError;
use tonic::{Code, Status};

use crate::error::KnowledgeError;

/// Whether the collection does not exist.
pub(super) fn is_absent(error: &QdrantError) -> bool {
    matches!(error, QdrantError::ResponseError { status } if status.code() == Code::NotFound)
}

/// Whether the collection exists already: somebody else was faster.
pub(super) fn is_present(error: &QdrantError) -> bool {
    let QdrantError::ResponseError { status } = error else {
        return false;
    };
    // Servers say it with either code, depending on who notices first.
    status.code() == Code::AlreadyExists
        || (status.code() == Code::InvalidArgument && status.message().contains("already exists"))
}

/// The kind of failure, for whoever decides whether to try again.
pub(super) fn explain(error: QdrantError) -> KnowledgeError {
    match error {
        QdrantError::ResponseError { status } => from_status(status),
        QdrantError::ResourceExhaustedError { status, .. } => KnowledgeError::Busy(status.into()),
        QdrantError::Io(error) => KnowledgeError::Unavailable(error.into()),
        QdrantError::InvalidUri(error) => KnowledgeError::Invalid(error.to_string()),
        error @ (QdrantError::ConversionError(_)
        | QdrantError::NoSnapshotFound(_)
        | QdrantError::JsonToPayload(_)
        | QdrantError::PayloadDeserialization(_)) => KnowledgeError::Store(error.into()),
    }
}

fn from_status(status: Status) -> KnowledgeError {
    match status.code() {
        Code::DeadlineExceeded | Code::Cancelled => KnowledgeError::Timeout(status.into()),
        Code::ResourceExhausted => KnowledgeError::Busy(status.into()),
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => {
            KnowledgeError::Invalid(format!("the vector store refuses: {}", status.message()))
        }
        // A collection removed between creation and use: the next try creates it again.
        Code::Unavailable | Code::Aborted | Code::NotFound => {
            KnowledgeError::Unavailable(status.into())
        }
        Code::Internal | Code::Unknown if is_connection(&status) => {
            KnowledgeError::Unavailable(status.into())
        }
        Code::Ok
        | Code::Internal
        | Code::Unknown
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::Unimplemented
        | Code::DataLoss => KnowledgeError::Store(status.into()),
    }
}

fn is_connection(status: &Status) -> bool {
    status.source().is_some() || status.message().starts_with("Failed to connect")
}

#[cfg(test)]
mod tests {
    use xin_domain::ErrorKind;

    use super::*;

    fn kind(status: Status) -> ErrorKind {
        explain(QdrantError::from(status)).kind()
    }

    #[test]
    fn what_passes_by_itself_is_transient() {
        let refused = Status::internal("Failed to connect to http://127.0.0.1:1/: refused");
        assert_eq!(kind(refused), ErrorKind::Unavailable);
        assert_eq!(
            kind(Status::unavailable("starting")),
            ErrorKind::Unavailable
        );
        assert_eq!(kind(Status::deadline_exceeded("slow")), ErrorKind::Timeout);
        assert_eq!(
            kind(Status::cancelled("Timeout expired")),
            ErrorKind::Timeout
        );
        assert_eq!(
            kind(Status::resource_exhausted("later")),
            ErrorKind::RateLimited
        );
    }

    #[test]
    fn what_stays_wrong_is_not() {
        assert_eq!(
            kind(Status::invalid_argument("dimension")),
            ErrorKind::Invalid
        );
        assert_eq!(
            kind(Status::internal("broken segment")),
            ErrorKind::Internal
        );
        assert_eq!(kind(Status::unauthenticated("no key")), ErrorKind::Internal);
    }
}
