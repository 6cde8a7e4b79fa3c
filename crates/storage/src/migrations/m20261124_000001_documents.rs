//! Documents come from more places, have validity dates, and are replaced while they are served.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, json_binary_null, text, text_null, timestamp_with_time_zone_null, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 10] = [
    "origin",
    "source_id",
    "reference",
    "url",
    "valid_from",
    "valid_until",
    "ready_version",
    "stages",
    "passages_done",
    "passages_total",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            text("origin").default("upload").take(),
            uuid_null("source_id"),
            text_null("reference"),
            text_null("url"),
            timestamp_with_time_zone_null("valid_from"),
            timestamp_with_time_zone_null("valid_until"),
            ColumnDef::new("ready_version").big_integer().null().take(),
            json_binary_null("stages"),
            big_integer("passages_done").default(0).take(),
            big_integer("passages_total").default(0).take(),
        ];
        // One at a time: SQLite takes no more in a statement.
        for column in columns {
            let change = Table::alter()
                .table("documents")
                .add_column(column)
                .to_owned();
            manager.alter_table(change).await?;
        }
        let nobody = if manager.get_database_backend() == DbBackend::Postgres {
            "'00000000-0000-0000-0000-000000000000'::uuid"
        } else {
            "''"
        };
        // The same page, SKU or push is one document; the same words in two of them are not
        // somebody's mistake.
        let sql = "UPDATE documents SET origin = 'text' WHERE file_name IS NULL; \
             UPDATE documents SET ready_version = version WHERE state = 'ready'; \
             DROP INDEX documents_by_content; \
             CREATE UNIQUE INDEX documents_by_content ON documents (tenant_id, content_hash) \
             WHERE deleted_at IS NULL AND state <> 'failed' AND origin IN ('upload', 'text', 'api'); \
             CREATE UNIQUE INDEX documents_by_reference ON documents \
             (tenant_id, origin, COALESCE(source_id, {nobody}), reference) \
             WHERE deleted_at IS NULL AND reference IS NOT NULL;"
            .replace("{nobody}", nobody);
        manager.get_connection().execute_unprepared(&sql).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "DROP INDEX documents_by_reference; \
             DROP INDEX documents_by_content; \
             CREATE UNIQUE INDEX documents_by_content ON documents (tenant_id, content_hash) \
             WHERE deleted_at IS NULL AND state <> 'failed';";
        manager.get_connection().execute_unprepared(sql).await?;
        for column in COLUMNS {
            let change = Table::alter()
                .table("documents")
                .drop_column(column)
                .to_owned();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
