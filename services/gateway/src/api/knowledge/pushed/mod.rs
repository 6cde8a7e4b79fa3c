//! Documents that a shop or a CMS pushes, by its own key.

mod delete;
mod put;

use utoipa_actix_web::service_config::ServiceConfig as Described;

use crate::error::{Answer, ApiError};
use crate::inputs::Checks;

const LONGEST_REFERENCE: usize = 200;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(put::put_document)
        .service(delete::delete_pushed_document);
}

fn reference(path: &str) -> Answer<String> {
    let mut checks = Checks::default();
    let reference = checks.text("reference", path, 1..=LONGEST_REFERENCE);
    checks.done()?;
    if reference == path {
        Ok(reference)
    } else {
        // What no database keeps cannot be the key of anything here.
        Err(ApiError::not_found("document"))
    }
}
