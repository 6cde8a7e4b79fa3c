//! The catalogue: records that are answered from as they are at that moment.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    json_binary, pk_uuid, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid,
};

use super::policies;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let products = Table::create()
            .table("products")
            .col(pk_uuid("document_id"))
            .col(uuid("tenant_id"))
            .col(text("sku"))
            .col(text("name"))
            .col(ColumnDef::new("price").big_integer().null().take())
            .col(text_null("currency"))
            .col(ColumnDef::new("stock").big_integer().null().take())
            .col(json_binary("variants"))
            .col(json_binary("attributes"))
            .col(text_null("url"))
            .col(timestamp_with_time_zone_null("valid_until"))
            .col(text("search_text"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        manager.create_table(products).await?;
        let by_sku = Index::create()
            .name("products_by_sku")
            .table("products")
            .col("tenant_id")
            .col("sku")
            .unique()
            .to_owned();
        manager.create_index(by_sku).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            policies::isolate(manager, "products", "tenant_id").await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("products").to_owned())
            .await
    }
}
