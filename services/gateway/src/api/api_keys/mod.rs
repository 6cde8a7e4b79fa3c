//! Keys that the tenant's own programs sign in with.

mod create;
mod list;
mod revoke;
mod view;

use utoipa_actix_web::service_config::ServiceConfig as Described;

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(create::create_api_key)
        .service(list::list_api_keys)
        .service(revoke::revoke_api_key);
}
