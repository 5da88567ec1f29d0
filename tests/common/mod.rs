//! What the end-to-end tests share: the program, the samples, a place to work.

// Each test file uses its own share of this.
#![allow(dead_code)]

pub mod browser;
pub mod web;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The program under test, without the caller's settings.
pub fn vanthu() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    command
        .env_remove("VANTHU_ARCHIVE")
        .env_remove("VANTHU_LOG");
    command
}

/// The folder of sample documents.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples")
}

/// The scan of a sample whose id begins so.
pub fn sample(id_start: &str) -> PathBuf {
    let folder = samples().join("scans");
    std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(id_start)
        })
        .unwrap_or_else(|| panic!("no sample {id_start} in {}", folder.display()))
}

/// Runs the program with `--format json`; what it printed, and its exit code.
pub fn json(arguments: &[&str]) -> (Value, i32) {
    let output = vanthu()
        .args(arguments)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{arguments:?} printed no JSON ({error}), code {code}: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    (value, code)
}
