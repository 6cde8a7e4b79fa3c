//! What is generated is current.

use std::path::Path;
use std::process::Command;

fn printed(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_xin"))
        .arg(command)
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn committed(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(file);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_openapi_document_is_current() {
    assert!(
        printed("openapi") == committed("openapi.json"),
        "run make generate"
    );
}

#[test]
fn the_configuration_page_is_current() {
    assert!(
        printed("configuration") == committed("configuration.md"),
        "run make generate"
    );
}
