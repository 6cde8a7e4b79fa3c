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
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
