//! Questions with their answers.

mod create;
mod delete;
mod get;
mod import;
mod keep;
mod list;
mod pair;
mod rows;
mod update;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

pub use keep::put;
pub use pair::Pair;
pub use view::FaqView;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(create::create_faq)
        .service(import::import_faqs)
        .service(list::list_faqs)
        .service(get::get_faq)
        .service(update::update_faq)
        .service(delete::delete_faq);
}
