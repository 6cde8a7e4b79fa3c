//! Makes the folders of the web pages, so that the program compiles before they are built.

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    // Asked when it runs: several checkouts may share a target directory.
    let web = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../web");
    for build in ["widget/dist", "console/dist"] {
        let folder = web.join(build);
        fs::create_dir_all(&folder)?;
        // A new build of the pages is a new build of the program.
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
