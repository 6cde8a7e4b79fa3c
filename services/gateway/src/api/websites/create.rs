//! Takes in a website.

use actix_web::{HttpResponse, post, web};
use xin_domain::{ErrorKind, WebsiteId};
use xin_storage::StorageError;

use super::input::{self, NewWebsite};
use super::run;
use super::view::WebsiteView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::news::changed;
use crate::state::Shared;

/// Websites that a tenant may have.
const MOST_WEBSITES: u64 = 20;

/// Takes in a website. Its pages are read in the background, at once and then on its schedule; each
/// becomes a document.
#[utoipa::path(
    tag = "knowledge", operation_id = "create_website", security(("staff" = [])),
    request_body = NewWebsite, responses((status = 202, body = WebsiteView), Problems)
)]
#[post("/knowledge/websites")]
pub async fn create_website(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<NewWebsite>,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let body = body.into_inner();
    let mut checks = Checks::default();
    let start = input::start(&body.start_url, platform.may_fetch, &mut checks);
    let mut settings = input::usual();
    body.settings.apply(&mut settings, &mut checks);
    checks.done()?;
    let start = start.ok_or_else(|| ApiError::internal("an address neither good nor bad"))?;
    let now = platform.clock.now();
    let id = WebsiteId::new(&*platform.ids, now);
    let tx = platform.database.tenant(staff.tenant_id).await?;
    if tx.websites().count().await? >= MOST_WEBSITES {
        let detail = format!("there are {MOST_WEBSITES} websites already; delete one first");
        return Err(ApiError::new(
            ErrorKind::Conflict,
            "too_many_websites",
            detail,
        ));
    }
    let added = tx.websites().add(id, start.as_str(), &settings, now).await;
    let website = match added {
        Ok(website) => website,
        Err(StorageError::Duplicate(_)) => {
            let detail = format!("{start} is there already; refresh it or change it instead");
            return Err(ApiError::new(
                ErrorKind::Conflict,
                "duplicate_website",
                detail,
            ));
        }
        Err(error) => return Err(error.into()),
    };
    run::queue(platform, &tx, id, website.run).await?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(HttpResponse::Accepted().json(WebsiteView::from(website)))
}
