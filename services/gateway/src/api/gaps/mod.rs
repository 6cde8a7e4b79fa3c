//! What the knowledge does not answer.

mod list;
mod resolve;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(list::list_gaps)
        .service(resolve::resolve_gap);
}
