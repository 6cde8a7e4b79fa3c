//! How much the models may be used.

mod get;
mod put;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config.service(get::get_budgets).service(put::put_budgets);
}
