use xin_storage::{Database, DatabaseSettings};
use xin_testkit::postgres::TestDatabase;

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/xin.db", folder.path().display());
    let database = Database::connect(&DatabaseSettings::single(&url))
        .await
        .unwrap();
    xin_storage::testing::suite(&database).await.unwrap();
}

#[tokio::test]
async fn postgres_keeps_the_contract() {
    let made = TestDatabase::create().await.unwrap();
    let database = Database::connect(&DatabaseSettings::single(made.url()))
        .await
        .unwrap();
    xin_storage::testing::suite(&database).await.unwrap();
}
