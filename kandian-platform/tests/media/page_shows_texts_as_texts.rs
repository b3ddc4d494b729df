use super::phone;
use super::world::http;

/// Whatever stands in its path, the page is the same bytes: nothing of a request or of a device is ever written into it.
#[tokio::test]
async fn and_nothing_runs_in_it() {
    let world = phone::world().await;
    let at = world.platform.http();
    let (status, page) = http(at, "GET", "/live/81100000001/0", "", b"").await;
    assert_eq!(status, 200);
    for path in [
        "/live/%3Cscript%3Ealert(1)%3C%2Fscript%3E/0",
        "/live/81100000001/%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
        "/live/81100000001/0?stream=%3Cb%3E",
        "/live/%00/%0d%0aSet-Cookie:%20x=y",
    ] {
        assert_eq!(http(at, "GET", path, "", b"").await, (200, page.clone()), "{path}");
    }
    let page = String::from_utf8(page).unwrap();
    let script = page.split_once("<script type=\"module\" src=\"").unwrap().1.split_once('"').unwrap().0;
    let folder = script.rsplit_once('/').unwrap().0;
    for name in ["live.js", "player.js", "live.css"] {
        let (status, content) = http(at, "GET", &format!("{folder}/{name}"), "", b"").await;
        assert_eq!((status, content.is_empty()), (200, false), "{name}");
    }
    for path in ["/live", "/live/", "/live/81100000001", "/live/assets/x/..%2f..%2fCargo.toml", "/live/a/b/c"]
    {
        assert_eq!(http(at, "GET", path, "", b"").await.0, 404, "{path}");
    }
}

/// The head forbids what the page does not need, so that a text that got through would do nothing.
#[tokio::test]
async fn and_its_policy_says_so() {
    let world = phone::world().await;
    let request = b"GET /live/81100000001/0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = String::from_utf8(super::world::raw(world.platform.http(), request).await).unwrap();
    let head = answer.split_once("\r\n\r\n").unwrap().0.to_lowercase();
    for line in
        ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "nosniff", "no-referrer"]
    {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(!head.contains("unsafe") && !head.contains("set-cookie"), "{head}");
}
