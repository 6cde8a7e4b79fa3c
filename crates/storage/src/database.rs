//! Connections: who we are to the database, and how transactions begin.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::Notify;
use xin_domain::TenantId;

use crate::error::StorageError;
use crate::migrations::{Migrator, SERVICE_ROLE, SYSTEM_ROLE};
use crate::system::SystemTx;
use crate::tenant::TenantTx;

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// `sqlite://…` or `postgres://…`; on `PostgreSQL` the login acts as [`SERVICE_ROLE`].
    pub url: String,
    /// The login that acts as [`SYSTEM_ROLE`].
    pub system_url: String,
    /// The login that owns the tables.
    pub migration_url: String,
    /// Whether to bring the tables up to date first.
    pub migrate: bool,
    /// How many connections at the most, per pool.
    pub connections: u32,
}

impl DatabaseSettings {
    /// One address for everything, tables brought up to date.
    #[must_use]
    pub fn single(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            system_url: url.to_owned(),
            migration_url: url.to_owned(),
            migrate: true,
            connections: 8,
        }
    }
}

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    backend: DbBackend,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    system: DatabaseConnection,
    outbox_written: Arc<Notify>,
}

impl Database {
    /// Connects, and brings the tables up to date where the settings say so.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, StorageError> {
        let database = Self::open(settings).await?;
        if settings.migrate {
            database.migrate(settings).await?;
        }
        Ok(database)
    }

    /// Opens the database without asking for it: connections are made when they are needed, so a
    /// service can start before its database and say that it waits.
    ///
    /// `SQLite` has one writer at a time, so it gets one connection to write with (waiting for it
    /// is orderly, where two writers would refuse each other) and some to read with.
    pub async fn open(settings: &DatabaseSettings) -> Result<Self, StorageError> {
        let outbox_written = Arc::new(Notify::new());
        if let Some(path) = settings.url.strip_prefix("sqlite://") {
            make_folder(path)?;
            let writer = sea_orm::Database::connect(sqlite(&settings.url, 1)).await?;
            let reader = sea_orm::Database::connect(sqlite(&settings.url, 3)).await?;
            return Ok(Self {
                backend: DbBackend::Sqlite,
                system: writer.clone(),
                writer,
                reader,
                outbox_written,
            });
        }
        if !settings.url.starts_with("postgres://") && !settings.url.starts_with("postgresql://") {
            return Err(StorageError::Address(
                "DATABASE_URL must begin with sqlite:// or postgres://".to_owned(),
            ));
        }
        let connections = settings.connections;
        let service = postgres(&settings.url, connections, SERVICE_ROLE);
        let service = sea_orm::Database::connect(service).await?;
        let system = postgres(&settings.system_url, connections, SYSTEM_ROLE);
        let system = sea_orm::Database::connect(system).await?;
        Ok(Self {
            backend: DbBackend::Postgres,
            writer: service.clone(),
            reader: service,
            system,
            outbox_written,
        })
    }

    /// Brings the tables up to date.
    pub async fn migrate(&self, settings: &DatabaseSettings) -> Result<(), StorageError> {
        if self.backend == DbBackend::Sqlite {
            return Ok(Migrator::up(&self.writer, None).await?);
        }
        migrate(&settings.migration_url).await
    }

    /// Begins a transaction on one tenant's rows.
    pub async fn tenant(&self, tenant: TenantId) -> Result<TenantTx, StorageError> {
        let transaction = self
            .begin(&self.writer, SqliteTransactionMode::Immediate)
            .await?;
        self.for_tenant(transaction, tenant).await
    }

    /// Begins a transaction that only reads one tenant's rows.
    pub async fn read(&self, tenant: TenantId) -> Result<TenantTx, StorageError> {
        let transaction = self
            .begin(&self.reader, SqliteTransactionMode::Deferred)
            .await?;
        self.for_tenant(transaction, tenant).await
    }

    /// Begins a transaction across tenants. For the relay, sign-in, routing and retention.
    pub async fn system(&self) -> Result<SystemTx, StorageError> {
        let transaction = self
            .begin(&self.system, SqliteTransactionMode::Immediate)
            .await?;
        Ok(SystemTx::new(
            transaction,
            self.backend,
            Arc::clone(&self.outbox_written),
        ))
    }

    /// Begins a transaction across tenants that only reads.
    pub async fn system_read(&self) -> Result<SystemTx, StorageError> {
        let pool = if self.backend == DbBackend::Sqlite {
            &self.reader
        } else {
            &self.system
        };
        let transaction = self.begin(pool, SqliteTransactionMode::Deferred).await?;
        Ok(SystemTx::new(
            transaction,
            self.backend,
            Arc::clone(&self.outbox_written),
        ))
    }

    /// Asks the database for a sign of life.
    pub async fn check(&self) -> Result<(), StorageError> {
        self.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Waits until this process has committed something to the outbox.
    pub async fn outbox_written(&self) {
        self.outbox_written.notified().await;
    }

    /// The name of the backend, for logs and health.
    #[must_use]
    pub fn backend_name(&self) -> &'static str {
        if self.backend == DbBackend::Sqlite {
            "sqlite"
        } else {
            "postgres"
        }
    }

    async fn begin(
        &self,
        connection: &DatabaseConnection,
        mode: SqliteTransactionMode,
    ) -> Result<DatabaseTransaction, StorageError> {
        let options = if self.backend == DbBackend::Sqlite {
            TransactionOptions {
                sqlite_transaction_mode: Some(mode),
                ..Default::default()
            }
        } else {
            TransactionOptions::default()
        };
        Ok(connection.begin_with_options(options).await?)
    }

    async fn for_tenant(
        &self,
        transaction: DatabaseTransaction,
        tenant: TenantId,
    ) -> Result<TenantTx, StorageError> {
        if self.backend == DbBackend::Postgres {
            // The same as SET LOCAL, which cannot take a parameter.
            transaction
                .query_one_raw(Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    "SELECT set_config('xin.tenant_id', $1, true)",
                    [tenant.uuid().to_string().into()],
                ))
                .await?;
        }
        Ok(TenantTx::new(
            transaction,
            self.backend,
            tenant,
            Arc::clone(&self.outbox_written),
        ))
    }
}

fn make_folder(path: &str) -> Result<(), StorageError> {
    let path = path.split('?').next().unwrap_or(path);
    let Some(folder) = Path::new(path)
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| {
        StorageError::Unavailable(format!(
            "cannot make the folder {}: {error}",
            folder.display()
        ))
    })
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .connect_lazy(true)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // What was acknowledged must survive a power cut, not only a crash.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(10))
        });
    options
}

fn postgres(url: &str, connections: u32, role: &'static str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .connect_lazy(true)
        .acquire_timeout(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(5))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(5))
        .map_sqlx_postgres_opts(move |options| {
            // Every statement of this pool runs as the role, whoever logged in: an owner or a
            // superuser would be above the policies.
            options
                .application_name("xin")
                .options([("role", role), ("statement_timeout", "15s")])
        });
    options
}

/// Brings the tables up to date, one process at a time: sea-orm's migrator takes no lock itself.
async fn migrate(url: &str) -> Result<(), StorageError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(2)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    let connection = sea_orm::Database::connect(options).await?;
    let lock = connection.begin().await?;
    // Any number will do as long as it is only used here.
    lock.execute_unprepared("SELECT pg_advisory_xact_lock(7237301)")
        .await?;
    let outcome = Migrator::up(&connection, None).await;
    lock.commit().await?;
    connection.close().await?;
    Ok(outcome?)
}
