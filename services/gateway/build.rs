//! Makes the folders of the web pages, so that the program compiles before they are built.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    // From where cargo runs this, which is this crate: several checkouts may share a target
    // directory.
    let web = Path::new("../../web");
    for build in ["widget/dist", "console/dist"] {
        let folder = web.join(build);
        fs::create_dir_all(&folder)?;
        // A new build of the pages is a new build of the program.
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
