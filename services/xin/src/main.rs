//! The program `xin`: every service in one process, and the operator's commands.

mod commands;
mod wire;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(ended) = xin_documents::sandbox::serve_if_worker() {
        return ended;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    commands::run(&arguments)
}
