//! How the AI speaks.

mod get;
mod put;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config.service(get::get_brand).service(put::put_brand);
}
