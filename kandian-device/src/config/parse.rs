//! From the words of people to values, with an explanation when they are none.

use kandian_proto::DevId;
use kandian_proto::http::HttpUrl;
use kandian_proto::value::{Manufacturer, Url};

/// The address of a platform.
pub(crate) fn platform_url(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|_| hint_url(text))?;
    match text.parse::<HttpUrl>() {
        Ok(_) => Ok(url),
        Err(error) => Err(format!("{error}; expected http://host[:port]/path")),
    }
}

fn hint_url(text: &str) -> String {
    let scheme = !text.contains("://") && !text.contains(char::is_whitespace) && !text.is_empty();
    let hint = if scheme { format!("; did you mean http://{text}?") } else { String::new() };
    format!("not a URL{hint}; expected http://host[:port]/path")
}

/// A device id.
pub(crate) fn device_id(text: &str) -> Result<DevId, String> {
    text.parse().map_err(|_| {
        "a device id has 1 to 32 letters and digits, 11 digits by the specification (R-7.19)".to_owned()
    })
}

/// A manufacturer's code.
pub(crate) fn manufacturer(text: &str) -> Result<Manufacturer, String> {
    text.parse().map_err(|_| "a manufacturer's code has 3 letters or digits, such as 811 (R-7.18)".to_owned())
}
