//! The parser alone, as a program: for tests and measurements of it.

use std::process::ExitCode;

fn main() -> ExitCode {
    xin_documents::sandbox::serve_if_worker().unwrap_or_else(|| {
        eprintln!("started by a service, as `xin-parse-worker parse-worker`");
        ExitCode::from(2)
    })
}
