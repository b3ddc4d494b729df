//! The page of a live picture, `/live/{device}/{channel}`, its player, and the socket.
//!
//! The page is the same for everybody and holds nothing: who may see what is decided by REST and by the socket. Nothing of
//! it is written in line, and nothing comes from elsewhere, so its policy allows neither.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::socket;
use crate::app::App;
use crate::service::digest;

/// What a browser may do with the page. `blob:` is what Media Source Extensions play.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src blob:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Name, type and content.
const ASSETS: [(&str, &str, &str); 3] = [
    ("live.css", "text/css; charset=utf-8", include_str!("live.css")),
    ("live.js", "text/javascript; charset=utf-8", include_str!("live.js")),
    ("player.js", "text/javascript; charset=utf-8", include_str!("player.js")),
];

/// Stands in the paths of the assets: they are kept for as long as a browser likes, and a new version has other paths.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: String = ASSETS.iter().map(|(_, _, content)| *content).collect();
    digest(&all).get(..16).unwrap_or_default().to_owned()
});

static PAGE: LazyLock<String> =
    LazyLock::new(|| include_str!("live.html").replace("{assets}", &format!("/live/assets/{}", *VERSION)));

/// Its routes.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/live/{device}/{channel}", get(page))
        .route("/live/assets/{version}/{name}", get(asset))
        .route("/live/socket", get(socket::open))
}

async fn page() -> Response {
    served("text/html; charset=utf-8", "no-cache", PAGE.as_str())
}

async fn asset(Path((version, name)): Path<(String, String)>) -> Response {
    let found = ASSETS.iter().find(|(asset, ..)| version == *VERSION && *asset == name);
    match found {
        Some((_, kind, content)) => served(kind, "public, max-age=31536000, immutable", content),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn served(kind: &'static str, kept: &'static str, content: &'static str) -> Response {
    let headers: [(HeaderName, HeaderValue); 6] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    ];
    (headers, content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the policy forbids is not there, or it would not work.
    #[test]
    fn nothing_is_in_line_and_nothing_comes_from_elsewhere() {
        let page = PAGE.as_str();
        assert!(!page.contains("{assets}") && !page.contains("style=") && !page.contains("<style"));
        assert!(!page.contains(" onclick") && !page.contains("javascript:"));
        assert_eq!(page.matches("<script").count(), 1);
        for (name, _, content) in ASSETS {
            assert!(!content.contains("innerHTML") && !content.contains("eval("), "{name}");
            assert!(!content.contains("http://") && !content.contains("https://"), "{name}");
        }
    }

    #[tokio::test]
    async fn assets_are_kept_under_their_version() {
        let answer = asset(Path((VERSION.clone(), "player.js".to_owned()))).await;
        let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(
            header("cache-control").contains("immutable") && header("content-type").contains("javascript")
        );
        for (version, name) in
            [("old", "player.js"), (VERSION.as_str(), "../live.js"), (VERSION.as_str(), "")]
        {
            let answer = asset(Path((version.to_owned(), name.to_owned()))).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{version} {name}");
        }
    }
}
