//! What a document was cut into.

mod list;
mod update;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(list::list_chunks)
        .service(update::update_chunk);
}
