//! Where customers write.

mod create;
mod delete;
mod get;
mod list;
mod telegram;
mod update;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(create::create_channel)
        .service(list::list_channels)
        .service(get::get_channel)
        .service(update::update_channel)
        .service(delete::delete_channel);
}
