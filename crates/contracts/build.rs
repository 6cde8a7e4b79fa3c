//! Compiles `proto/` to Rust without needing `protoc` on the machine.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    // From where cargo runs this, which is this crate: a target directory that several checkouts
    // share keeps the program that was built in one of them.
    let root = Path::new("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let descriptors = protox::compile(["xin/v1/messages.proto"], [root])?;
    prost_build::Config::new()
        .bytes(["."])
        .compile_fds(descriptors)?;
    Ok(())
}
