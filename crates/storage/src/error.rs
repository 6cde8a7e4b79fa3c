//! What can go wrong between us and the database or the file store.
//!
//! Not found is an `Option`, not an error, until the operation decides otherwise.

use sea_orm::{DbErr, RuntimeErr, SqlErr};
use xin_domain::ErrorKind;

/// An error of the database or the file store.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The store cannot be reached, or gave up on us.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// Something with the same unique value exists already.
    #[error("already exists: {0}")]
    Duplicate(String),
    /// A row that our own code cannot have written.
    #[error("unexpected value in {table}.{column} of row {row}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key.
        row: String,
    },
    /// The address of a store is not one we know.
    #[error("{0}")]
    Address(String),
    /// The store refused what we asked: our own mistake.
    #[error("the store refused a statement: {0}")]
    Refused(String),
}

impl StorageError {
    /// What it means to the caller.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable(_) => ErrorKind::Unavailable,
            Self::Duplicate(_) => ErrorKind::Conflict,
            Self::Address(_) => ErrorKind::Invalid,
            Self::Corrupt { .. } | Self::Refused(_) => ErrorKind::Internal,
        }
    }
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(what)) = error.sql_err() {
            return Self::Duplicate(what);
        }
        let text = error.to_string();
        if is_connection_trouble(&error) {
            Self::Unavailable(text)
        } else {
            Self::Refused(text)
        }
    }
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// `PostgreSQL`'s codes that waiting may help with (appendix A of its manual): connection, out of
/// resources, shutting down, statement timeout, lock not available, serialization; and tables or
/// columns that are not there, since the program may be ahead of its migration.
const PASSING: [&str; 8] = ["08", "53", "57P", "57014", "55P03", "40", "42P01", "42703"];

/// Whether waiting may help. `SQLite` tells by its words.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library adds errors, and all others are no trouble of the connection"
)]
fn is_connection_trouble(error: &DbErr) -> bool {
    let runtime = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return false,
    };
    let RuntimeErr::SqlxError(sqlx) = runtime else {
        return true;
    };
    match &**sqlx {
        sea_orm::SqlxError::Database(database) => database.code().is_some_and(|code| {
            PASSING.iter().any(|class| code.starts_with(class))
                || ["locked", "no such table"]
                    .iter()
                    .any(|words| database.message().contains(words))
        }),
        sea_orm::SqlxError::Io(_)
        | sea_orm::SqlxError::Tls(_)
        | sea_orm::SqlxError::Protocol(_)
        | sea_orm::SqlxError::PoolTimedOut
        | sea_orm::SqlxError::PoolClosed
        | sea_orm::SqlxError::WorkerCrashed => true,
        _ => false,
    }
}
