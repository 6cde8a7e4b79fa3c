//! Further ways to ask what a document answers.

mod add;
mod create;
mod delete;
mod list;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

pub use add::{LONGEST_QUESTION, add};
pub use view::PhrasingView;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(list::list_phrasings)
        .service(create::create_phrasing)
        .service(delete::delete_phrasing);
}
