//! Signing up, in and out.

mod refresh;
mod session;
mod sign_in;
mod sign_out;
mod sign_up;

use utoipa_actix_web::service_config::ServiceConfig as Described;

pub use session::{TenantView, UserView};

/// The operations of this folder.
pub fn configure(config: &mut Described<'_>) {
    config
        .service(sign_up::sign_up)
        .service(sign_in::sign_in)
        .service(refresh::refresh_session)
        .service(sign_out::sign_out);
}
