//! A PostgreSQL database per test, dropped when the test ends.

use anyhow::Context;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use url::Url;

/// Where the server is, unless `XIN_TEST_POSTGRES_URL` says otherwise.
const DEFAULT_SERVER: &str = "postgres://root@127.0.0.1:5432/postgres";

/// A database of one test.
pub struct TestDatabase {
    server: String,
    name: String,
    url: String,
}

impl TestDatabase {
    /// Makes a database; fails when there is no server, since a test that needs one must not pass
    /// without it.
    pub async fn create() -> anyhow::Result<Self> {
        let server = crate::setting("XIN_TEST_POSTGRES_URL", DEFAULT_SERVER);
        let name = format!("xin_test_{}", crate::client::uuid());
        let connection = connect(&server).await?;
        connection
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await?;
        connection.close().await?;
        let mut url = Url::parse(&server)?;
        url.set_path(&name);
        Ok(Self {
            server,
            name,
            url: url.to_string(),
        })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A thread of its own: the test's runtime is ending, and its pools may still be connected.
        let dropped = std::thread::spawn(move || -> anyhow::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let connection = connect(&server).await?;
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                connection.execute_unprepared(&sql).await?;
                Ok(())
            })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("the test database {} was left behind", self.name);
        }
    }
}

async fn connect(server: &str) -> anyhow::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options)
        .await
        .with_context(|| format!("PostgreSQL is required by this test and not at {server}"))
}
