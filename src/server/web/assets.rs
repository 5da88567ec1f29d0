//! The files of the page itself, in the program.

use crate::server::ApiResult;
use crate::server::error::ApiError;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 3] = [
    Asset {
        name: "vanthu.css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("assets/vanthu.css"),
    },
    Asset {
        name: "vanthu.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("assets/vanthu.js"),
    },
    Asset {
        name: "icon.svg",
        media_type: "image/svg+xml",
        bytes: include_bytes!("assets/icon.svg"),
    },
];

/// Another one for other contents, so that a browser can keep what it has.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for asset in &ASSETS {
        hasher.update(asset.bytes);
    }
    let digest = hasher.finalize();
    digest
        .iter()
        .take(6)
        .map(|it| format!("{it:02x}"))
        .collect()
});

/// Where a file of the page is to be had.
pub(super) fn asset_path(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

pub(super) async fn asset(Path((version, name)): Path<(String, String)>) -> ApiResult {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    let asset = asset.ok_or_else(|| ApiError::not_found("there is no such file"))?;
    let caching = match version == *VERSION {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, caching),
    ];
    Ok((StatusCode::OK, headers, asset.bytes).into_response())
}
