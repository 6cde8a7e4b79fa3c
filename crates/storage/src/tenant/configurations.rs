//! How the tenant's AI works, in versions: a draft, the published one, and those before it.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use xin_domain::{AiSettings, Brand, UserId};

use super::TenantTx;
use crate::entities::ai::configuration;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};
use crate::printable;

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigurationState {
    /// Being worked on; customers do not see it.
    Draft,
    /// In use.
    Published,
    /// Was in use, or was left aside.
    Superseded,
}

impl ConfigurationState {
    const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Superseded];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Superseded => "superseded",
        }
    }
}

/// One version of how the AI works.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// Its number, from 1.
    pub version: i64,
    /// Where it stands.
    pub state: ConfigurationState,
    /// The voice.
    pub brand: Brand,
    /// Everything else.
    pub settings: AiSettings,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When customers first saw it.
    pub published_at: Option<DateTime<Utc>>,
}

/// Reads and writes versions.
pub struct Configurations<'a>(pub(super) &'a TenantTx);

impl Configurations<'_> {
    /// The version in use; nothing while none was published.
    pub async fn published(&self) -> Result<Option<Configuration>, StorageError> {
        self.in_state(ConfigurationState::Published).await
    }

    /// The version being worked on.
    pub async fn draft(&self) -> Result<Option<Configuration>, StorageError> {
        self.in_state(ConfigurationState::Draft).await
    }

    /// The settings in use, or the plain ones.
    pub async fn settings(&self) -> Result<AiSettings, StorageError> {
        Ok(self
            .published()
            .await?
            .map(|published| published.settings)
            .unwrap_or_default())
    }

    /// A version by its number.
    pub async fn get(&self, version: i64) -> Result<Option<Configuration>, StorageError> {
        let row = self
            .0
            .rows::<configuration::Entity>()
            .filter(configuration::Column::Version.eq(version))
            .one(&self.0.transaction)
            .await?;
        row.map(configuration_from).transpose()
    }

    /// All versions, the newest first.
    pub async fn list(&self, page: PageRequest<i64>) -> Result<Page<Configuration>, StorageError> {
        let mut query = self.0.rows::<configuration::Entity>();
        if let Some(after) = page.after {
            query = query.filter(configuration::Column::Version.lt(after));
        }
        let rows = query
            .order_by_desc(configuration::Column::Version)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let versions = rows
            .into_iter()
            .map(configuration_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(versions, page.limit, |version| {
            version.version.to_string()
        }))
    }

    /// Writes the draft, whole; begins one where there is none.
    pub async fn save_draft(
        &self,
        brand: &Brand,
        settings: &AiSettings,
        author: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        if self.draft().await?.is_none() {
            return self
                .add(ConfigurationState::Draft, (brand, settings), author, now)
                .await;
        }
        let change = configuration::ActiveModel {
            brand: Set(printable::json(serde_json::json!(brand))),
            settings: Set(printable::json(serde_json::json!(settings))),
            author: Set(Some(author.uuid())),
            updated_at: Set(now),
            ..Default::default()
        };
        self.change(ConfigurationState::Draft, change).await
    }

    /// Puts the draft into use; false when there is none.
    pub async fn publish_draft(&self, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let Some(draft) = self.draft().await? else {
            return Ok(false);
        };
        self.supersede(ConfigurationState::Published).await?;
        let change = configuration::ActiveModel {
            state: Set(ConfigurationState::Published.as_str().to_owned()),
            updated_at: Set(now),
            published_at: Set(Some(now)),
            ..Default::default()
        };
        self.change(ConfigurationState::Draft, change).await?;
        self.0.brand().save(&draft.brand, now).await?;
        Ok(true)
    }

    /// Puts a new version with this content into use; the draft stays as it is.
    pub async fn publish(
        &self,
        brand: &Brand,
        settings: &AiSettings,
        author: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.supersede(ConfigurationState::Published).await?;
        self.add(
            ConfigurationState::Published,
            (brand, settings),
            author,
            now,
        )
        .await?;
        self.0.brand().save(brand, now).await
    }

    async fn supersede(&self, state: ConfigurationState) -> Result<(), StorageError> {
        let change = configuration::ActiveModel {
            state: Set(ConfigurationState::Superseded.as_str().to_owned()),
            ..Default::default()
        };
        self.change(state, change).await
    }

    async fn add(
        &self,
        state: ConfigurationState,
        (brand, settings): (&Brand, &AiSettings),
        author: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let newest = self
            .0
            .rows::<configuration::Entity>()
            .order_by_desc(configuration::Column::Version)
            .one(&self.0.transaction)
            .await?;
        let published = state == ConfigurationState::Published;
        let row = configuration::ActiveModel {
            tenant_id: Set(self.0.id()),
            version: Set(newest.map_or(1, |newest| newest.version + 1)),
            state: Set(state.as_str().to_owned()),
            brand: Set(printable::json(serde_json::json!(brand))),
            settings: Set(printable::json(serde_json::json!(settings))),
            author: Set(Some(author.uuid())),
            created_at: Set(now),
            updated_at: Set(now),
            published_at: Set(published.then_some(now)),
        };
        configuration::Entity::insert(row)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    async fn in_state(
        &self,
        state: ConfigurationState,
    ) -> Result<Option<Configuration>, StorageError> {
        let row = self
            .0
            .rows::<configuration::Entity>()
            .filter(configuration::Column::State.eq(state.as_str()))
            .one(&self.0.transaction)
            .await?;
        row.map(configuration_from).transpose()
    }

    async fn change(
        &self,
        state: ConfigurationState,
        change: configuration::ActiveModel,
    ) -> Result<(), StorageError> {
        self.0
            .change::<configuration::Entity>()
            .set(change)
            .filter(configuration::Column::State.eq(state.as_str()))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }
}

fn configuration_from(row: configuration::Model) -> Result<Configuration, StorageError> {
    let key = format!("{}/{}", row.tenant_id, row.version);
    let corrupt = |column| StorageError::Corrupt {
        table: "ai_configurations",
        column,
        row: key.clone(),
    };
    let state = ConfigurationState::ALL
        .into_iter()
        .find(|state| state.as_str() == row.state);
    Ok(Configuration {
        version: row.version,
        state: state.ok_or_else(|| corrupt("state"))?,
        brand: serde_json::from_value(row.brand).map_err(|_unreadable| corrupt("brand"))?,
        settings: serde_json::from_value(row.settings)
            .map_err(|_unreadable| corrupt("settings"))?,
        author: row.author.map(UserId::from_uuid),
        created_at: row.created_at,
        updated_at: row.updated_at,
        published_at: row.published_at,
    })
}
