//! What the handlers share.

use actix_web::{HttpRequest, web};
use tokio_util::sync::CancellationToken;
use xin_domain::{ContactId, TenantId};

use crate::Platform;
use crate::address::Proxies;
use crate::auth::passwords::Passwords;
use crate::auth::tokens::{Audience, Signing};
use crate::error::{Answer, ApiError};
use crate::limits::{Limits, Places, SCREENS_PER_TENANT, SOCKETS_PER_VISITOR};
use crate::live::Hub;
use crate::widget_channels::WidgetChannels;

/// What the handlers share.
pub struct State {
    /// What the service is made of.
    pub platform: Platform,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    /// Signs and reads access tokens.
    pub staff_tokens: Signing,
    /// Signs and reads visitors' tokens.
    pub visitor_tokens: Signing,
    /// Whose channel a widget's address is.
    pub widget_channels: WidgetChannels,
    /// Tells where requests come from.
    pub proxies: Proxies,
    /// How often visitors may write.
    pub limits: Limits,
    /// The open screens of tenants.
    pub screens: Places<TenantId>,
    /// The open sockets of visitors.
    pub sockets: Places<ContactId>,
    /// Wakes whoever shows a conversation when it changes.
    pub hub: Hub,
    /// Ends the streams when the process stops.
    pub stop: CancellationToken,
}

impl State {
    /// The state of a process that streams until `stop`.
    #[must_use]
    pub fn new(platform: Platform, stop: CancellationToken) -> Self {
        Self {
            passwords: Passwords::default(),
            staff_tokens: Signing::new(Audience::Api, &platform.keyring.derive("access-token")),
            visitor_tokens: Signing::new(
                Audience::Widget,
                &platform.keyring.derive("visitor-token"),
            ),
            proxies: Proxies::new(&platform.trusted_proxies),
            widget_channels: WidgetChannels::new(platform.database.clone()),
            limits: Limits::new(
                platform.widget_messages_per_minute,
                platform.visitors_per_minute,
                platform.sign_ups_per_hour,
            ),
            screens: Places::new(SCREENS_PER_TENANT),
            sockets: Places::new(SOCKETS_PER_VISITOR),
            hub: Hub::default(),
            stop,
            platform,
        }
    }
}

/// The state, as every handler takes it.
pub type Shared = web::Data<State>;

/// The state that serves this request.
pub fn of(request: &HttpRequest) -> Answer<&Shared> {
    request
        .app_data::<Shared>()
        .ok_or_else(|| ApiError::internal("routes without their state"))
}
