//! Websites that knowledge comes from.

mod create;
mod delete;
mod get;
mod input;
mod list;
mod pages;
mod refresh;
mod run;
mod update;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

pub use view::WebsiteView;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(create::create_website)
        .service(list::list_websites)
        .service(get::get_website)
        .service(update::update_website)
        .service(delete::delete_website)
        .service(refresh::refresh_website)
        .service(pages::list_website_pages);
}
