//! Serves the Qdrant stand-in until it is told to stop or killed.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use xin_testkit::qdrant_stand_in::QdrantStandIn;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (address, folder) = arguments(std::env::args().skip(1))?;
    let running = QdrantStandIn::start(&folder, address).await?;
    println!("serving {} from {}", running.url(), folder.display());
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}

fn arguments(mut given: impl Iterator<Item = String>) -> anyhow::Result<(SocketAddr, PathBuf)> {
    let mut address: SocketAddr = ([127, 0, 0, 1], 6334).into();
    let mut folder = None;
    while let Some(name) = given.next() {
        let value = given
            .next()
            .with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--addr" => address = value.parse().context("--addr is an address and a port")?,
            "--folder" => folder = Some(PathBuf::from(value)),
            _ => bail!("usage: qdrant-stand-in [--addr 127.0.0.1:6334] --folder DIR"),
        }
    }
    Ok((address, folder.context("--folder is needed")?))
}
