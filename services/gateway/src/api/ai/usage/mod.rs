//! What the models were used for.

mod list;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config.service(list::list_usage);
}
