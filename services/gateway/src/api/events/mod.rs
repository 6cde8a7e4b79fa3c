//! What changes, as it changes.

mod feed;
mod stream;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config.service(stream::stream_events);
}
