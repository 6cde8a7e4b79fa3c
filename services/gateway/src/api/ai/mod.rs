//! The models that the AI uses, what they are used for, and how much they may be.

mod budgets;
mod models;
mod usage;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .configure(models::configure)
        .configure(budgets::configure)
        .configure(usage::configure);
}
