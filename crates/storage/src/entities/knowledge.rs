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
        #[sea_orm(column_type = "JsonBinary", nullable)]
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

pub mod chunk {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chunks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub document_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i64,
        pub tenant_id: Uuid,
        #[sea_orm(column_type = "JsonBinary")]
        pub heading_path: Json,
        pub page: Option<i64>,
        pub language: String,
        pub text: String,
        pub original_hash: String,
        pub is_edited: bool,
        pub is_disabled: bool,
        pub revision: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub mod faq {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "faqs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub document_id: Uuid,
        pub tenant_id: Uuid,
        pub question: String,
        pub answer: String,
        pub question_key: String,
        pub search_text: String,
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

pub mod phrasing {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "phrasings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub document_id: Uuid,
        pub number: i64,
        pub question: String,
        pub question_key: String,
        pub origin: String,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub mod product {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub document_id: Uuid,
        pub tenant_id: Uuid,
        pub sku: String,
        pub name: String,
        pub price: Option<i64>,
        pub currency: Option<String>,
        pub stock: Option<i64>,
        #[sea_orm(column_type = "JsonBinary")]
        pub variants: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub attributes: Json,
        pub url: Option<String>,
        pub valid_until: Option<DateTimeUtc>,
        pub search_text: String,
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

pub mod calibration {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calibrations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        pub changed_at: DateTimeUtc,
        pub computed_for: Option<DateTimeUtc>,
        pub due_at: DateTimeUtc,
        pub version: i64,
        #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
        pub body: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
