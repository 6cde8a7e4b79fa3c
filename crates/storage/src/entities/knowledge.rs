//! What tenants know.

pub mod document {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "documents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub title: String,
        pub kind: String,
        pub state: String,
        pub failure_code: Option<String>,
        pub failure_message: Option<String>,
        pub file_name: Option<String>,
        pub content_hash: String,
        pub bytes: i64,
        pub version: i64,
        pub passages: i64,
        pub lease_owner: Option<Uuid>,
        pub lease_until: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub deleted_at: Option<DateTimeUtc>,
        pub origin: String,
        pub source_id: Option<Uuid>,
        pub reference: Option<String>,
        pub url: Option<String>,
        pub valid_from: Option<DateTimeUtc>,
        pub valid_until: Option<DateTimeUtc>,
        pub ready_version: Option<i64>,
        pub stages: Option<Json>,
        pub passages_done: i64,
        pub passages_total: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
