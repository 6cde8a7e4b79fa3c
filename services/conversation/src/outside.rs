//! Opens the sender of a channel: its secrets, its platform's address.

use std::sync::Arc;

use xin_channels::{ChannelSecrets, ChannelSender};
use xin_storage::tenant::Channel;

use crate::Platform;

/// The sender of a channel, or why there is none, in words for its people.
pub fn sender(platform: &Platform, channel: &Channel) -> Result<Arc<dyn ChannelSender>, String> {
    let sealed = channel
        .sealed_secrets
        .as_deref()
        .ok_or("the channel has no token")?;
    let opened = platform
        .keyring
        .open(sealed, channel.id.to_string().as_bytes())
        .map_err(|_unreadable| "the channel's token cannot be read; enter it again")?;
    let secrets = ChannelSecrets::from_json(&opened)
        .map_err(|_unreadable| "the channel's token cannot be read; enter it again")?;
    let senders = platform
        .senders
        .at(channel.settings.api_url.as_deref())
        .map_err(|error| error.to_string())?;
    senders
        .open(&secrets.credentials)
        .map_err(|error| error.to_string())
}
