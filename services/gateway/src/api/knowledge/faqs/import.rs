//! Takes in a table of question pairs.

use actix_multipart::Multipart;
use actix_web::{post, web};
use xin_domain::TenantId;
use xin_storage::TenantTx;

use super::keep;
use super::pair::Pair;
use super::rows::pairs;
use crate::Platform;
use crate::api::imports::{self, ImportFile, ImportQuery, ImportReport, RowProblem};
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::news::changed;
use crate::state::Shared;

/// Pairs kept in one transaction: others want to write too.
const TOGETHER: usize = 200;

/// Takes in questions with their answers from a CSV or XLSX file. Its columns are found by their
/// names (question, answer; پرسش، پاسخ), else the first asks and the second answers. Good rows are
/// taken, the others are explained; with `preview` nothing is taken.
#[utoipa::path(
    tag = "knowledge", operation_id = "import_faqs", security(("staff" = [])),
    params(ImportQuery),
    request_body(content = ImportFile, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportReport), Problems)
)]
#[post("/knowledge/faqs/import")]
pub async fn import_faqs(
    staff: Staff<Administers>,
    state: Shared,
    query: web::Query<ImportQuery>,
    form: Multipart,
) -> Answer<web::Json<ImportReport>> {
    let platform = &state.platform;
    let table = imports::table(platform, form).await?;
    let (good, problems) = pairs(table);
    let tx = platform.database.read(staff.tenant_id).await?;
    let (good, known) = without_known(&tx, good).await?;
    drop(tx);
    let problems = problems.into_iter().chain(known);
    if !query.preview {
        for some in good.chunks(TOGETHER) {
            keep_some(platform, staff.tenant_id, some).await?;
        }
        platform.broker.signal(changed(staff.tenant_id, None));
    }
    let report = ImportReport::new(good.len(), problems.collect(), query.preview);
    Ok(web::Json(report))
}

/// The pairs whose question nobody asked yet, and what is wrong with the others.
async fn without_known(
    tx: &TenantTx,
    pairs: Vec<(u32, Pair)>,
) -> Answer<(Vec<(u32, Pair)>, Vec<RowProblem>)> {
    let keys: Vec<String> = pairs.iter().map(|(_, pair)| pair.key.clone()).collect();
    let known = tx.faqs().by_keys(&keys).await?;
    let mut problems = Vec::new();
    let mut new = Vec::with_capacity(pairs.len());
    for (row, pair) in pairs {
        if let Some(id) = known.get(&pair.key) {
            let message = format!("the same question is there already, as {id}");
            problems.push(RowProblem::new(row, "question", "exists", message));
        } else {
            new.push((row, pair));
        }
    }
    Ok((new, problems))
}

async fn keep_some(platform: &Platform, tenant: TenantId, some: &[(u32, Pair)]) -> Answer<()> {
    let tx = platform.database.tenant(tenant).await?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    for (_, pair) in some {
        keep::add(change, pair.clone()).await?;
    }
    Ok(tx.commit().await?)
}
