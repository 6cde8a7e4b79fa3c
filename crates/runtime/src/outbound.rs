//! Connections to the outside world: time limits on all of them, through a proxy where one is set.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::public_address::PublicOnly;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest silence on an open connection; callers set the time of a whole exchange.
const READ_TIMEOUT: Duration = Duration::from_secs(90);

/// Installs the cryptography that every TLS connection uses. First thing in every program.
pub fn install_tls() {
    // A second installation is refused, and the first serves as well.
    let _installed = rustls::crypto::ring::default_provider().install_default();
}

/// A client for addresses the operator chose. It follows no redirects: an address is what it says.
pub fn client(proxy: Option<&Url>) -> Result<reqwest::Client, reqwest::Error> {
    builder(proxy)?.build()
}

/// A client for addresses a tenant chose: names that lead to our own network are not connected to.
/// Behind a proxy it is the proxy that resolves names, and it must refuse its own network. Literal
/// addresses are never resolved: ask [`crate::public_address::may_be_public`] first.
pub fn public_client(proxy: Option<&Url>) -> Result<reqwest::Client, reqwest::Error> {
    builder(proxy)?.dns_resolver(Arc::new(PublicOnly)).build()
}

fn builder(proxy: Option<&Url>) -> Result<reqwest::ClientBuilder, reqwest::Error> {
    install_tls();
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("xin/", env!("CARGO_PKG_VERSION")))
        // Only the setting counts, not what else the environment says.
        .no_proxy();
    if let Some(proxy) = proxy {
        builder = builder.proxy(reqwest::Proxy::all(proxy.as_str())?);
    }
    Ok(builder)
}
