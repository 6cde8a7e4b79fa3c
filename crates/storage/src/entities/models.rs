//! The models that tenants choose, and what they were used for.

pub mod model {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "models")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub task: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i32,
        pub label: String,
        pub base_url: String,
        #[sea_orm(column_name = "model")]
        pub name: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub settings: Json,
        #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
        pub sealed_key: Option<Vec<u8>>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub probed: Option<Json>,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub mod usage_day {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "usage_days")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        #[sea_orm(primary_key, auto_increment = false, column_name = "model")]
        pub name: String,
        pub messages: i64,
        pub prompt_tokens: i64,
        pub completion_tokens: i64,
        pub cost_micros: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub mod ai_budget {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ai_budgets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(column_type = "JsonBinary")]
        pub budgets: Json,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl super::super::TenantOwned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
