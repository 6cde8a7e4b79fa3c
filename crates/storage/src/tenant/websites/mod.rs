//! The websites that the tenant's knowledge comes from.

mod pages;
mod record;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;
use uuid::Uuid;
use xin_domain::{CrawlCause, CrawlCounts, DocumentId, DocumentOrigin, WebsiteId, WebsiteState};

use super::TenantTx;
use crate::entities::knowledge::document;
use crate::entities::websites::{website, website_page};
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};

pub use pages::WebsitePages;
pub use record::{FoundPage, Website, WebsitePage, WebsiteSettings};

use record::{settings_change, website_from};

/// Reads and writes websites.
pub struct Websites<'a>(pub(super) &'a TenantTx);

impl<'a> Websites<'a> {
    /// The pages of a website.
    #[must_use]
    pub const fn pages(&self, website: WebsiteId) -> WebsitePages<'a> {
        WebsitePages {
            tx: self.0,
            website,
        }
    }

    /// Adds a website whose first run is queued. [`StorageError::Duplicate`] when the tenant has
    /// one with that address.
    pub async fn add(
        &self,
        id: WebsiteId,
        start_url: &str,
        settings: &WebsiteSettings,
        now: DateTime<Utc>,
    ) -> Result<Website, StorageError> {
        let row = website::ActiveModel {
            id: Set(id.uuid()),
            tenant_id: Set(self.0.id()),
            start_url: Set(start_url.to_owned()),
            state: Set(WebsiteState::Queued.as_str().to_owned()),
            failure_code: Set(None),
            failure_message: Set(None),
            run: Set(1),
            seeded_run: Set(0),
            is_cut: Set(false),
            lease_owner: Set(None),
            lease_until: Set(None),
            next_run_at: Set(None),
            last_run_started_at: Set(None),
            last_run_ended_at: Set(None),
            counts: Set(json!(CrawlCounts::default())),
            problems: Set(json!([])),
            created_at: Set(now),
            updated_at: Set(now),
            ..settings_change(settings)
        };
        let row = website::Entity::insert(row)
            .exec_with_returning(&self.0.transaction)
            .await?;
        website_from(row)
    }

    /// The website, if there is one.
    pub async fn get(&self, id: WebsiteId) -> Result<Option<Website>, StorageError> {
        let row = self
            .0
            .rows::<website::Entity>()
            .filter(website::Column::Id.eq(id.uuid()))
            .one(&self.0.transaction)
            .await?;
        row.map(website_from).transpose()
    }

    /// All websites, newest first.
    pub async fn list(&self, page: PageRequest<WebsiteId>) -> Result<Page<Website>, StorageError> {
        let mut query = self.0.rows::<website::Entity>();
        if let Some(after) = page.after {
            query = query.filter(website::Column::Id.lt(after.uuid()));
        }
        let rows = query
            .order_by_desc(website::Column::Id)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let websites = rows
            .into_iter()
            .map(website_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(websites, page.limit, |website| {
            website.id.to_string()
        }))
    }

    /// How many there are.
    pub async fn count(&self) -> Result<u64, StorageError> {
        let count = self.0.rows::<website::Entity>();
        Ok(count.count(&self.0.transaction).await?)
    }

    /// Changes what is read, from the next run on, and when that begins. False when there is no
    /// such website.
    pub async fn configure(
        &self,
        id: WebsiteId,
        settings: &WebsiteSettings,
        next_run_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = website::ActiveModel {
            next_run_at: Set(next_run_at),
            updated_at: Set(now),
            ..settings_change(settings)
        };
        self.change(id, change, Condition::all()).await
    }

    /// Queues the next run of a website that rests, and answers its number; nothing when there is
    /// none, or a run is due or at work: of two who ask at the same time one gets it.
    pub async fn queue_run(
        &self,
        id: WebsiteId,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, StorageError> {
        let resting = [WebsiteState::Ready, WebsiteState::Failed].map(WebsiteState::as_str);
        let change = website::ActiveModel {
            state: Set(WebsiteState::Queued.as_str().to_owned()),
            next_run_at: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        let outcome = self
            .change_one(id, change)
            .col_expr(website::Column::Run, Expr::col(website::Column::Run).add(1))
            .filter(website::Column::State.is_in(resting))
            .exec(&self.0.transaction)
            .await?;
        if outcome.rows_affected == 0 {
            return Ok(None);
        }
        Ok(self.get(id).await?.map(|website| website.run))
    }

    /// Takes or renews the lease on a run, and holds the website until this transaction ends.
    /// False when there is no such run any more, or another worker has it.
    pub async fn lease(
        &self,
        id: WebsiteId,
        run: i64,
        worker: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let free = Condition::any()
            .add(website::Column::LeaseOwner.is_null())
            .add(website::Column::LeaseOwner.eq(worker))
            .add(website::Column::LeaseUntil.lt(now));
        let change = website::ActiveModel {
            lease_owner: Set(Some(worker)),
            lease_until: Set(Some(until)),
            ..Default::default()
        };
        let of_run = Condition::all().add(website::Column::Run.eq(run)).add(free);
        self.change(id, change, of_run).await
    }

    /// Gives the lease back, so that another worker goes on at once.
    pub async fn release(&self, id: WebsiteId, worker: Uuid) -> Result<(), StorageError> {
        let change = website::ActiveModel {
            lease_owner: Set(None),
            lease_until: Set(None),
            ..Default::default()
        };
        let ours = Condition::all().add(website::Column::LeaseOwner.eq(worker));
        self.change(id, change, ours).await?;
        Ok(())
    }

    /// A queued run begins.
    pub async fn begin_run(&self, id: WebsiteId, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let change = website::ActiveModel {
            state: Set(WebsiteState::Crawling.as_str().to_owned()),
            failure_code: Set(None),
            failure_message: Set(None),
            is_cut: Set(false),
            last_run_started_at: Set(Some(now)),
            last_run_ended_at: Set(None),
            counts: Set(json!(CrawlCounts::default())),
            problems: Set(json!([])),
            updated_at: Set(now),
            ..Default::default()
        };
        let queued = Condition::all().add(website::Column::State.eq(WebsiteState::Queued.as_str()));
        self.change(id, change, queued).await
    }

    /// Notes how far a run has come.
    pub async fn note_progress(
        &self,
        website: &Website,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = website::ActiveModel {
            seeded_run: Set(website.seeded_run),
            is_cut: Set(website.is_cut),
            counts: Set(json!(website.counts)),
            problems: Set(json!(website.problems)),
            updated_at: Set(now),
            ..Default::default()
        };
        let of_run = Condition::all().add(website::Column::Run.eq(website.run));
        self.change(website.id, change, of_run).await
    }

    /// A run ends, well or with a cause; the next one begins at `next_run_at`.
    pub async fn end_run(
        &self,
        website: &Website,
        failure: Option<&CrawlCause>,
        next_run_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let state = if failure.is_some() {
            WebsiteState::Failed
        } else {
            WebsiteState::Ready
        };
        let change = website::ActiveModel {
            state: Set(state.as_str().to_owned()),
            failure_code: Set(failure.map(|cause| cause.code.clone())),
            failure_message: Set(failure.map(|cause| cause.message.clone())),
            lease_owner: Set(None),
            lease_until: Set(None),
            next_run_at: Set(next_run_at),
            last_run_ended_at: Set(Some(now)),
            counts: Set(json!(website.counts)),
            problems: Set(json!(website.problems)),
            updated_at: Set(now),
            ..Default::default()
        };
        let of_run = Condition::all().add(website::Column::Run.eq(website.run));
        self.change(website.id, change, of_run).await
    }

    /// Removes a website and its pages, and begins to forget the documents they are: from here on
    /// nothing finds them. Answers which; nothing when there is no such website.
    pub async fn remove(
        &self,
        id: WebsiteId,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<DocumentId>>, StorageError> {
        // First, and held: a run that is at work adds nothing any more.
        let outcome = self
            .0
            .removal::<website::Entity>()
            .filter(website::Column::Id.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        if outcome.rows_affected == 0 {
            return Ok(None);
        }
        self.0
            .removal::<website_page::Entity>()
            .filter(website_page::Column::WebsiteId.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        let of_website = Condition::all()
            .add(document::Column::Origin.eq(DocumentOrigin::Page.as_str()))
            .add(document::Column::SourceId.eq(id.uuid()))
            .add(document::Column::DeletedAt.is_null());
        let documents: Vec<Uuid> = self
            .0
            .rows::<document::Entity>()
            .select_only()
            .column(document::Column::Id)
            .filter(of_website.clone())
            .into_tuple()
            .all(&self.0.transaction)
            .await?;
        self.0
            .change::<document::Entity>()
            .set(document::ActiveModel {
                deleted_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(of_website)
            .exec(&self.0.transaction)
            .await?;
        Ok(Some(
            documents.into_iter().map(DocumentId::from_uuid).collect(),
        ))
    }

    fn change_one(
        &self,
        id: WebsiteId,
        change: website::ActiveModel,
    ) -> sea_orm::UpdateMany<website::Entity> {
        self.0
            .change::<website::Entity>()
            .set(change)
            .filter(website::Column::Id.eq(id.uuid()))
    }

    async fn change(
        &self,
        id: WebsiteId,
        change: website::ActiveModel,
        when: Condition,
    ) -> Result<bool, StorageError> {
        let outcome = self
            .change_one(id, change)
            .filter(when)
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }
}
