//! The service of a program's parts.

use std::sync::Arc;

use xin_documents::sandbox::{Limits, Parser};
use xin_platform::Parts;

use crate::Platform;

impl Platform {
    /// The service of these parts.
    pub fn of(parts: &Parts) -> anyhow::Result<Self> {
        let settings = &parts.settings;
        Ok(Self {
            database: parts.database.clone(),
            broker: parts.broker.clone(),
            files: parts.files()?,
            parser: Parser::new(std::env::current_exe()?, Limits::default()),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            keyring: Arc::clone(&parts.keyring),
            senders: parts.senders(),
            may_fetch: parts.addresses_of_tenants(),
            models: parts.model_access(),
            public_url: settings.public_url.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            max_upload_bytes: settings.max_upload_bytes,
            sign_in_attempts: settings.sign_in_attempts,
            widget_messages_per_minute: settings.widget_messages_per_minute,
            visitors_per_minute: settings.visitors_per_minute,
            sign_ups_per_hour: settings.sign_ups_per_hour,
        })
    }
}
