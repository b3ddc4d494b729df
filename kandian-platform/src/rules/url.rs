//! URLs that one platform tells of itself, and another passes on. Spec §6.1; E-37, E-39.

use kandian_proto::http::{HttpUrl, HttpUrlError};
use kandian_proto::value::Url;

/// Longest URL that devices keep whole (E-37).
const FOR_DEVICES: usize = 63;
/// Longest URL for clients: what goes into a short message with some words around it.
const FOR_CLIENTS: usize = 255;

/// Why a URL is not passed on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadUrl {
    /// Too long.
    #[error("a URL of {0} characters; {1} have room (E-37)")]
    Long(usize, usize),
    /// Devices cannot use it.
    #[error("no URL that devices can use: {0}")]
    ForDevices(#[from] HttpUrlError),
    /// It has another scheme, or none.
    #[error("no URL of http or https")]
    Scheme,
    /// It is no URL, or has no host.
    #[error("no URL with a host")]
    Host,
    /// It holds a user name, which makes one host look like another.
    #[error("a URL with a user name or a fragment")]
    Extras,
}

/// Checks a URL at which devices register (`DevUrl`): plain HTTP, and no longer than deployed devices keep.
///
/// # Errors
///
/// [`BadUrl`].
pub fn device_url(url: &Url) -> Result<(), BadUrl> {
    client_url(url)?;
    if url.as_str().len() > FOR_DEVICES {
        return Err(BadUrl::Long(url.as_str().len(), FOR_DEVICES));
    }
    url.as_str().parse::<HttpUrl>()?;
    Ok(())
}

/// Checks a URL that clients open: HTTP or HTTPS with a host and nothing odd.
///
/// # Errors
///
/// [`BadUrl`].
pub fn client_url(url: &Url) -> Result<(), BadUrl> {
    let text = url.as_str();
    if text.len() > FOR_CLIENTS {
        return Err(BadUrl::Long(text.len(), FOR_CLIENTS));
    }
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err(BadUrl::Scheme);
    }
    let parsed = reqwest::Url::parse(text).map_err(|_| BadUrl::Host)?;
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
        return Err(BadUrl::Extras);
    }
    if parsed.has_host() { Ok(()) } else { Err(BadUrl::Host) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    /// E-37, E-39.
    #[test]
    fn only_what_peers_can_use_is_passed_on() {
        let good = "http://lcms.sh.kandian.example:8090/register";
        assert_eq!((device_url(&url(good)), client_url(&url(good))), (Ok(()), Ok(())));
        assert_eq!(client_url(&url("https://sh.example/MobileService?x=1")), Ok(()));
        assert!(matches!(device_url(&url("https://sh.example/")), Err(BadUrl::ForDevices(_))));
        assert_eq!(
            device_url(&url(&format!("http://a.example/{}", "x".repeat(47)))),
            Err(BadUrl::Long(64, 63))
        );
        assert_eq!(device_url(&url(&format!("http://a.example/{}", "x".repeat(46)))), Ok(()));
        for (text, why) in [
            ("javascript://alert", BadUrl::Scheme),
            ("ftp://a.example/", BadUrl::Scheme),
            ("file:///etc/passwd", BadUrl::Scheme),
            ("HTTP://a.example/", BadUrl::Scheme),
            ("http://", BadUrl::Host),
            ("http://a.example:99999/", BadUrl::Host),
            ("http://user@a.example/", BadUrl::Extras),
            ("http://user:pass@a.example/", BadUrl::Extras),
            ("http://a.example/#x", BadUrl::Extras),
        ] {
            assert_eq!(client_url(&url(text)), Err(why.clone()), "{text}");
            assert_eq!(device_url(&url(text)), Err(why), "{text}");
        }
        assert_eq!(
            client_url(&url(&format!("https://a.example/{}", "x".repeat(255)))),
            Err(BadUrl::Long(273, 255))
        );
    }
}
