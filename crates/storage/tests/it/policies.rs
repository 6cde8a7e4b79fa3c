//! `PostgreSQL` itself refuses what the code might forget.

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use xin_domain::Clock;
use xin_storage::{Database, DatabaseSettings, SERVICE_ROLE, testing};
use xin_testkit::postgres::TestDatabase;

async fn connect(url: &str, role: Option<&'static str>) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(move |options| {
            role.map_or(options.clone(), |role| options.options([("role", role)]))
        });
    sea_orm::Database::connect(options).await.unwrap()
}

async fn texts(connection: &DatabaseConnection, sql: &str) -> Vec<String> {
    connection
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

/// Tables with a tenant and without forced row-level security, or without a policy for the service
/// role.
const UNPROTECTED: &str = "
    SELECT DISTINCT columns.table_name::text
    FROM information_schema.columns columns
    JOIN pg_class tables ON tables.oid = ('public.' || quote_ident(columns.table_name))::regclass
    WHERE columns.table_schema = 'public'
      AND (columns.column_name = 'tenant_id' OR columns.table_name = 'tenants')
      AND (NOT tables.relrowsecurity OR NOT tables.relforcerowsecurity OR NOT EXISTS (
        SELECT FROM pg_policies policies
        WHERE policies.schemaname = 'public' AND policies.tablename = columns.table_name
          AND 'xin_service' = ANY (policies.roles)
          AND policies.qual LIKE '%xin.tenant_id%'
          AND policies.with_check LIKE '%xin.tenant_id%'))
    ORDER BY 1";

const TENANT_TABLES: &str = "
    SELECT DISTINCT table_name::text FROM information_schema.columns
    WHERE table_schema = 'public' AND (column_name = 'tenant_id' OR table_name = 'tenants')
    ORDER BY 1";

#[tokio::test]
async fn every_table_of_tenants_has_its_policy_and_a_dropped_one_is_noticed() {
    let made = TestDatabase::create().await.unwrap();
    Database::connect(&DatabaseSettings::single(made.url()))
        .await
        .unwrap();
    let owner = connect(made.url(), None).await;
    assert!(texts(&owner, TENANT_TABLES).await.len() >= 12);
    assert_eq!(texts(&owner, UNPROTECTED).await, Vec::<String>::new());
    owner
        .execute_unprepared("DROP POLICY tenant_isolation ON messages")
        .await
        .unwrap();
    assert_eq!(texts(&owner, UNPROTECTED).await, ["messages"]);
    owner
        .execute_unprepared("ALTER TABLE brands NO FORCE ROW LEVEL SECURITY")
        .await
        .unwrap();
    assert_eq!(texts(&owner, UNPROTECTED).await, ["brands", "messages"]);
}

#[tokio::test]
async fn without_a_tenant_the_service_role_sees_no_row() {
    let made = TestDatabase::create().await.unwrap();
    let database = Database::connect(&DatabaseSettings::single(made.url()))
        .await
        .unwrap();
    testing::seed(&database, testing::noon().now())
        .await
        .unwrap();
    let owner = connect(made.url(), None).await;
    let service = connect(made.url(), Some(SERVICE_ROLE)).await;
    for table in texts(&owner, TENANT_TABLES).await {
        let sql = format!("SELECT count(*)::text FROM {table}");
        assert_eq!(texts(&service, &sql).await, ["0"], "{table}");
    }
    let users = service.execute_unprepared("SELECT 1 FROM users").await;
    assert!(users.is_err(), "the service role must not read users");
}

#[tokio::test]
async fn a_row_of_another_tenant_cannot_be_written() {
    let made = TestDatabase::create().await.unwrap();
    let database = Database::connect(&DatabaseSettings::single(made.url()))
        .await
        .unwrap();
    let now = testing::noon().now();
    let theirs = testing::seed(&database, now).await.unwrap();
    let ours = testing::seed(&database, now).await.unwrap();
    let service = connect(made.url(), Some(SERVICE_ROLE)).await;
    let set = format!(
        "SELECT set_config('xin.tenant_id', '{}', false)",
        ours.tenant.uuid()
    );
    service.execute_unprepared(&set).await.unwrap();
    let insert = format!(
        "INSERT INTO brands (tenant_id, voice, updated_at) VALUES ('{}', '{{}}', now()) \
         ON CONFLICT (tenant_id) DO UPDATE SET updated_at = now()",
        theirs.tenant.uuid()
    );
    assert!(service.execute_unprepared(&insert).await.is_err());
}
