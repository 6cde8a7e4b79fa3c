//! Which models the AI uses.

mod input;
mod key;
mod list;
mod put;
mod test;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(list::list_models)
        .service(put::put_models)
        .service(test::test_model);
}
