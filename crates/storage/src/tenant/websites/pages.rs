//! The pages of a website. Those that a run has seen and not checked are what it has left to do,
//! so a run whose worker died goes on where it was.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;
use uuid::Uuid;
use xin_domain::{PageState, WebsiteId};

use super::record::{FoundPage, WebsitePage, page_change, page_from};
use crate::entities::websites::website_page;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};
use crate::tenant::TenantTx;

/// Parameters that one statement takes: `SQLite` stops at 32,766.
const AT_ONCE: usize = 500;

/// Reads and writes the pages of one website.
pub struct WebsitePages<'a> {
    pub(super) tx: &'a TenantTx,
    pub(super) website: WebsiteId,
}

impl WebsitePages<'_> {
    /// The page of that address.
    pub async fn find(&self, url: &str) -> Result<Option<WebsitePage>, StorageError> {
        let row = self
            .all()
            .filter(website_page::Column::Url.eq(url))
            .one(&self.tx.transaction)
            .await?;
        row.map(page_from).transpose()
    }

    /// Another page that was kept with this content.
    pub async fn find_twin(
        &self,
        page: Uuid,
        content_hash: &str,
    ) -> Result<Option<WebsitePage>, StorageError> {
        let row = self
            .all()
            .filter(website_page::Column::ContentHash.eq(content_hash))
            .filter(website_page::Column::DocumentId.is_not_null())
            .filter(website_page::Column::Id.ne(page))
            .order_by_asc(website_page::Column::Id)
            .one(&self.tx.transaction)
            .await?;
        row.map(page_from).transpose()
    }

    /// All pages, in the order they were found.
    pub async fn list(&self, page: PageRequest<Uuid>) -> Result<Page<WebsitePage>, StorageError> {
        let mut query = self.all();
        if let Some(after) = page.after {
            query = query.filter(website_page::Column::Id.gt(after));
        }
        let rows = query
            .order_by_asc(website_page::Column::Id)
            .limit(page.limit + 1)
            .all(&self.tx.transaction)
            .await?;
        let pages = rows
            .into_iter()
            .map(page_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(pages, page.limit, |page| {
            page.id.simple().to_string()
        }))
    }

    /// How many pages a run has seen.
    pub async fn count_seen(&self, run: i64) -> Result<u64, StorageError> {
        let seen = self.all().filter(website_page::Column::SeenRun.eq(run));
        Ok(seen.count(&self.tx.transaction).await?)
    }

    /// A run finds pages, `room` of them at the most that it has not seen yet. Answers how many
    /// were new to it, and whether some had no room.
    pub async fn see(
        &self,
        found: &[FoundPage],
        run: i64,
        room: u64,
    ) -> Result<(u64, bool), StorageError> {
        let mut seen = 0;
        for some in found.chunks(AT_ONCE) {
            let urls = some.iter().map(|page| page.url.as_str());
            let known: Vec<(String, i64)> = self
                .all()
                .select_only()
                .column(website_page::Column::Url)
                .column(website_page::Column::SeenRun)
                .filter(website_page::Column::Url.is_in(urls))
                .into_tuple()
                .all(&self.tx.transaction)
                .await?;
            for page in some {
                let last = known.iter().find(|(url, _)| *url == page.url);
                if last.is_some_and(|(_, last)| *last >= run) {
                    continue;
                }
                if seen >= room {
                    return Ok((seen, true));
                }
                self.see_one(page, run).await?;
                seen += 1;
            }
        }
        Ok((seen, false))
    }

    async fn see_one(&self, page: &FoundPage, run: i64) -> Result<(), StorageError> {
        let row = website_page::ActiveModel {
            id: Set(page.id),
            tenant_id: Set(self.tx.id()),
            website_id: Set(self.website.uuid()),
            url: Set(page.url.clone()),
            depth: Set(page.depth),
            hops: Set(page.hops),
            state: Set(PageState::Waiting.as_str().to_owned()),
            cause_code: Set(None),
            cause_message: Set(None),
            etag: Set(None),
            last_modified: Set(None),
            content_hash: Set(None),
            document_id: Set(None),
            links: Set(json!([])),
            seen_run: Set(run),
            checked_run: Set(0),
            tries: Set(0),
            failures: Set(0),
            gone_runs: Set(0),
            missing_runs: Set(0),
            checked_at: Set(None),
        };
        let mut known = OnConflict::columns([
            website_page::Column::TenantId,
            website_page::Column::WebsiteId,
            website_page::Column::Url,
        ]);
        known.update_columns([
            website_page::Column::Depth,
            website_page::Column::Hops,
            website_page::Column::SeenRun,
            website_page::Column::Tries,
        ]);
        website_page::Entity::insert(row)
            .on_conflict(known)
            .exec_without_returning(&self.tx.transaction)
            .await?;
        Ok(())
    }

    /// The next page that a run has to look at.
    pub async fn next(&self, run: i64) -> Result<Option<WebsitePage>, StorageError> {
        let row = self
            .all()
            .filter(website_page::Column::SeenRun.eq(run))
            .filter(website_page::Column::CheckedRun.lt(run))
            .order_by_asc(website_page::Column::Depth)
            .order_by_asc(website_page::Column::Id)
            .one(&self.tx.transaction)
            .await?;
        row.map(page_from).transpose()
    }

    /// Saves what a look at a page found.
    pub async fn save(&self, page: &WebsitePage) -> Result<(), StorageError> {
        self.tx
            .change::<website_page::Entity>()
            .set(page_change(page))
            .filter(website_page::Column::WebsiteId.eq(self.website.uuid()))
            .filter(website_page::Column::Id.eq(page.id))
            .exec(&self.tx.transaction)
            .await?;
        Ok(())
    }

    /// Pages that a run did not see, those first that were not seen for longest.
    pub async fn unseen(&self, run: i64) -> Result<Vec<WebsitePage>, StorageError> {
        let rows = self
            .all()
            .filter(website_page::Column::SeenRun.lt(run))
            .order_by_asc(website_page::Column::SeenRun)
            .order_by_asc(website_page::Column::Id)
            .all(&self.tx.transaction)
            .await?;
        rows.into_iter().map(page_from).collect()
    }

    /// How many pages are documents.
    pub async fn count_kept(&self) -> Result<u64, StorageError> {
        let kept = self
            .all()
            .filter(website_page::Column::DocumentId.is_not_null());
        Ok(kept.count(&self.tx.transaction).await?)
    }

    /// A complete run is over: what it saw is not missing, and what it did not see is missing once
    /// more.
    pub async fn count_missing(&self, run: i64) -> Result<(), StorageError> {
        let of_website =
            Condition::all().add(website_page::Column::WebsiteId.eq(self.website.uuid()));
        let missing = website_page::Column::MissingRuns;
        self.tx
            .change::<website_page::Entity>()
            .col_expr(missing, Expr::value(0))
            .filter(of_website.clone())
            .filter(website_page::Column::SeenRun.gte(run))
            .exec(&self.tx.transaction)
            .await?;
        self.tx
            .change::<website_page::Entity>()
            .col_expr(missing, Expr::col(missing).add(1))
            .filter(of_website)
            .filter(website_page::Column::SeenRun.lt(run))
            .exec(&self.tx.transaction)
            .await?;
        Ok(())
    }

    /// Forgets that there was such a page.
    pub async fn remove(&self, page: Uuid) -> Result<(), StorageError> {
        self.tx
            .removal::<website_page::Entity>()
            .filter(website_page::Column::WebsiteId.eq(self.website.uuid()))
            .filter(website_page::Column::Id.eq(page))
            .exec(&self.tx.transaction)
            .await?;
        Ok(())
    }

    fn all(&self) -> sea_orm::Select<website_page::Entity> {
        self.tx
            .rows::<website_page::Entity>()
            .filter(website_page::Column::WebsiteId.eq(self.website.uuid()))
    }
}
