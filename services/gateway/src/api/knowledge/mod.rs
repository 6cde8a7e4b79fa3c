//! What the AI answers from.

mod content;
mod create;
mod delete;
mod get;
mod list;
mod upload;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

pub use view::DocumentView;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(create::create_document)
        .service(list::list_documents)
        .service(get::get_document)
        .service(delete::delete_document);
}
