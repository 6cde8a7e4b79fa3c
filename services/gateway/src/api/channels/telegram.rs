//! Connects a channel to its Telegram bot: whose bot it is, and how its updates come in.

use url::Url;
use xin_channels::telegram::TelegramClient;
use xin_channels::{ChannelCredentials, ChannelSecrets, SendError};
use xin_domain::ErrorKind;
use xin_storage::StorageError;
use xin_storage::tenant::Channel;

use super::view::ChannelChange;
use crate::Platform;
use crate::auth::tokens::random_token;
use crate::error::{Answer, ApiError};
use crate::inputs::clean;

/// How updates come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Webhook,
    Polling,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Polling => "polling",
        }
    }

    /// What is asked for, else what suits where we stand: Telegram calls nothing but https.
    fn choose(wanted: Option<&str>, public_url: Option<&Url>) -> Answer<Self> {
        let reachable = public_url.is_some_and(|url| url.scheme() == "https");
        match wanted {
            None if reachable => Ok(Self::Webhook),
            None | Some("polling") => Ok(Self::Polling),
            Some("webhook") if public_url.is_some() => Ok(Self::Webhook),
            Some("webhook") => Err(ApiError::field(
                "mode",
                "not_reachable",
                "a webhook needs the public address of this installation (XIN_PUBLIC_URL)",
            )),
            Some(_) => Err(ApiError::field(
                "mode",
                "unknown_mode",
                "webhook or polling",
            )),
        }
    }
}

/// Connects `channel` as `change` wishes. A token that Telegram refuses is refused here too; when
/// Telegram cannot be reached the channel is kept, disconnected, and says what to do.
pub async fn connect(
    platform: &Platform,
    channel: &mut Channel,
    change: &ChannelChange,
) -> Answer<()> {
    if let Some(api_url) = change.api_url.as_deref().map(clean) {
        channel.settings.api_url = Some(api_url).filter(|url| !url.is_empty());
    }
    let wanted = change.mode.as_deref().or(channel.settings.mode.as_deref());
    let mode = Mode::choose(wanted, platform.public_url.as_ref())?;
    let secrets = secrets(platform, channel, change)?;
    let client = client(platform, channel, &secrets.credentials)?;

    channel.settings.mode = Some(mode.as_str().to_owned());
    channel.settings.webhook_url = None;
    seal(platform, channel, &secrets)?;
    let outcome = match client.get_me().await {
        Ok(bot) => {
            refuse_another_bot(channel, bot.id)?;
            // The same number at another address is another bot.
            let account = format!("{}@{}", bot.id, client.host());
            claim(platform, channel, account).await?;
            channel.settings.bot_username = Some(clean(&bot.username));
            receive_updates(platform, channel, &client, mode, &secrets.webhook_secret).await
        }
        Err(SendError::Permanent {
            code: 401 | 403 | 404,
            ..
        }) => {
            let message = "Telegram does not know this token; copy it from @BotFather once more";
            return Err(ApiError::field("token", "refused", message));
        }
        Err(error) => Err(error),
    };
    channel.is_active = outcome.is_ok();
    channel.detail = outcome.err().map(|error| {
        tracing::warn!(channel_id = %channel.id, error = %error, "telegram not connected");
        clean(&format!(
            "Telegram could not be connected: {error}. Check the network, the proxy or the API \
             address, then save the channel again."
        ))
    });
    Ok(())
}

/// Makes the bot the channel's. Whoever has the token has the bot, and a bot's updates go to one
/// place: the channel that had it says so from now on, whosever it is.
async fn claim(platform: &Platform, channel: &mut Channel, account: String) -> Answer<()> {
    let tx = platform.database.system().await?;
    let detail = "This bot was connected to another channel. To have it back, save this channel \
                  again.";
    let now = platform.clock.now();
    tx.release_account(channel, &account, detail, now).await?;
    tx.commit().await?;
    channel.platform_account = Some(account);
    Ok(())
}

/// A channel keeps its bot: another one numbers its updates, messages and customers anew, and its
/// first messages would be taken for repeats. A new token of the same bot, or another way to the
/// same API, is fine.
fn refuse_another_bot(channel: &Channel, bot: i64) -> Answer<()> {
    let known = channel.platform_account.as_deref();
    let id = known
        .and_then(|account| account.split_once('@'))
        .map(|(id, _)| id);
    if id.is_none_or(|id| id == bot.to_string()) {
        return Ok(());
    }
    let message = "this token belongs to another bot; connect it as a new channel";
    Err(ApiError::field("token", "another_bot", message))
}

/// Two channels that claim a bot at the same instant: the table lets one of them.
pub fn taken(error: StorageError) -> ApiError {
    if matches!(error, StorageError::Duplicate(_)) {
        let detail = "this bot is being connected to another channel; if it belongs here, save \
                      again";
        ApiError::new(ErrorKind::Conflict, "bot_taken", detail)
    } else {
        error.into()
    }
}

/// The secrets the channel goes on with: a given token, else the one it has.
fn secrets(
    platform: &Platform,
    channel: &Channel,
    change: &ChannelChange,
) -> Answer<ChannelSecrets> {
    if let Some(token) = &change.token {
        let credentials = ChannelCredentials::Telegram {
            token: token.trim().to_owned(),
        };
        return Ok(ChannelSecrets {
            credentials,
            webhook_secret: random_token(),
        });
    }
    open(platform, channel)
        .ok_or_else(|| ApiError::field("token", "required", "the token that @BotFather gave"))
}

fn open(platform: &Platform, channel: &Channel) -> Option<ChannelSecrets> {
    let sealed = channel.sealed_secrets.as_deref()?;
    let opened = platform
        .keyring
        .open(sealed, channel.id.to_string().as_bytes())
        .ok()?;
    ChannelSecrets::from_json(&opened).ok()
}

/// Seals the secrets to this channel: in another channel's row they cannot be opened.
fn seal(platform: &Platform, channel: &mut Channel, secrets: &ChannelSecrets) -> Answer<()> {
    let json = secrets.to_json().map_err(ApiError::internal)?;
    let sealed = platform
        .keyring
        .seal(&json, channel.id.to_string().as_bytes());
    channel.sealed_secrets = Some(sealed.map_err(ApiError::internal)?);
    Ok(())
}

fn client(
    platform: &Platform,
    channel: &Channel,
    credentials: &ChannelCredentials,
) -> Answer<TelegramClient> {
    let senders = platform
        .senders
        .at(channel.settings.api_url.as_deref())
        .map_err(|_refused| {
            ApiError::field(
                "api_url",
                "invalid_url",
                "a web address, for instance https://tapi.bale.ai",
            )
        })?;
    senders.telegram(credentials).map_err(|_refused| {
        ApiError::field(
            "token",
            "invalid_token",
            "a bot's token is written 123456:ABC-def",
        )
    })
}

/// Has Telegram call us, or has it stop so that we may ask: it does one or the other.
async fn receive_updates(
    platform: &Platform,
    channel: &mut Channel,
    client: &TelegramClient,
    mode: Mode,
    secret: &str,
) -> Result<(), SendError> {
    match (mode, &platform.public_url) {
        (Mode::Webhook, Some(public_url)) => {
            let mut url = public_url.clone();
            let path = format!(
                "{}/hooks/telegram/{}",
                url.path().trim_end_matches('/'),
                channel.public_id
            );
            url.set_path(&path);
            client.set_webhook(&url, secret).await?;
            channel.settings.webhook_url = Some(url.into());
            Ok(())
        }
        (Mode::Webhook, None) | (Mode::Polling, _) => client.delete_webhook().await,
    }
}

/// Ends Telegram's calls, as far as it can be reached.
pub async fn disconnect(platform: &Platform, channel: &Channel) {
    let Some(secrets) = open(platform, channel) else {
        return;
    };
    let Ok(client) = client(platform, channel, &secrets.credentials) else {
        return;
    };
    if let Err(error) = client.delete_webhook().await {
        tracing::info!(channel_id = %channel.id, error = %error, "telegram webhook left behind");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_come_in_the_way_that_works() {
        let https: Url = "https://chat.example".parse().unwrap();
        let http: Url = "http://localhost:8080".parse().unwrap();
        let choose = |wanted, url| Mode::choose(wanted, url).ok();
        assert_eq!(choose(None, Some(&https)), Some(Mode::Webhook));
        assert_eq!(choose(None, Some(&http)), Some(Mode::Polling));
        assert_eq!(choose(None, None), Some(Mode::Polling));
        assert_eq!(choose(Some("polling"), Some(&https)), Some(Mode::Polling));
        assert_eq!(choose(Some("webhook"), Some(&http)), Some(Mode::Webhook));
        assert_eq!(choose(Some("webhook"), None), None);
        assert_eq!(choose(Some("pigeon"), Some(&https)), None);
    }
}
