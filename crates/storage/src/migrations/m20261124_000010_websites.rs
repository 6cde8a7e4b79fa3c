//! Websites that knowledge comes from, and their pages: what a run has found, and what it has to
//! look at yet.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, integer_null, json_binary, pk_uuid, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables whose rows belong to tenants.
const TENANT_TABLES: [&str; 2] = ["websites", "website_pages"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(websites()).await?;
        manager.create_table(website_pages()).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX websites_by_address ON websites (tenant_id, start_url); \
                 CREATE INDEX websites_due ON websites (next_run_at) \
                 WHERE next_run_at IS NOT NULL; \
                 CREATE UNIQUE INDEX website_pages_by_address ON website_pages \
                 (tenant_id, website_id, url); \
                 CREATE INDEX website_pages_waiting ON website_pages \
                 (website_id, seen_run, checked_run, depth, id); \
                 CREATE INDEX website_pages_by_content ON website_pages (website_id, content_hash);",
            )
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in TENANT_TABLES {
                policies::isolate(manager, table, "tenant_id").await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TENANT_TABLES.iter().rev() {
            manager
                .drop_table(Table::drop().table(*table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn websites() -> TableCreateStatement {
    Table::create()
        .table("websites")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(text("start_url"))
        .col(text("mode"))
        .col(json_binary("include"))
        .col(json_binary("exclude"))
        .col(integer("max_depth"))
        .col(integer("max_pages"))
        .col(boolean("with_files"))
        .col(integer_null("every_hours"))
        .col(text("state"))
        .col(text_null("failure_code"))
        .col(text_null("failure_message"))
        .col(big_integer("run"))
        .col(big_integer("seeded_run"))
        .col(boolean("is_cut"))
        .col(uuid_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(timestamp_with_time_zone_null("next_run_at"))
        .col(timestamp_with_time_zone_null("last_run_started_at"))
        .col(timestamp_with_time_zone_null("last_run_ended_at"))
        .col(json_binary("counts"))
        .col(json_binary("problems"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned()
}

fn website_pages() -> TableCreateStatement {
    Table::create()
        .table("website_pages")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(uuid("website_id"))
        .col(text("url"))
        .col(integer("depth"))
        .col(integer("hops"))
        .col(text("state"))
        .col(text_null("cause_code"))
        .col(text_null("cause_message"))
        .col(text_null("etag"))
        .col(text_null("last_modified"))
        .col(text_null("content_hash"))
        .col(uuid_null("document_id"))
        .col(json_binary("links"))
        .col(big_integer("seen_run"))
        .col(big_integer("checked_run"))
        .col(integer("tries"))
        .col(integer("failures"))
        .col(integer("gone_runs"))
        .col(integer("missing_runs"))
        .col(timestamp_with_time_zone_null("checked_at"))
        .to_owned()
}
