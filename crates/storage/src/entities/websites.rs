//! Websites that tenants' knowledge comes from.

pub mod website {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "websites")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub start_url: String,
        pub mode: String,
        pub include: Json,
        pub exclude: Json,
        pub max_depth: i32,
        pub max_pages: i32,
        pub with_files: bool,
        pub every_hours: Option<i32>,
        pub state: String,
        pub failure_code: Option<String>,
        pub failure_message: Option<String>,
        pub run: i64,
        pub seeded_run: i64,
        pub is_cut: bool,
        pub lease_owner: Option<Uuid>,
        pub lease_until: Option<DateTimeUtc>,
        pub next_run_at: Option<DateTimeUtc>,
        pub last_run_started_at: Option<DateTimeUtc>,
        pub last_run_ended_at: Option<DateTimeUtc>,
        pub counts: Json,
        pub problems: Json,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub mod website_page {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "website_pages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub website_id: Uuid,
        pub url: String,
        pub depth: i32,
        pub hops: i32,
        pub state: String,
        pub cause_code: Option<String>,
        pub cause_message: Option<String>,
        pub etag: Option<String>,
        pub last_modified: Option<String>,
        pub content_hash: Option<String>,
        pub document_id: Option<Uuid>,
        pub links: Json,
        pub seen_run: i64,
        pub checked_run: i64,
        pub tries: i32,
        pub failures: i32,
        pub gone_runs: i32,
        pub missing_runs: i32,
        pub checked_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
