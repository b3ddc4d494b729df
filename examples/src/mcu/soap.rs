//! One SOAP call.; E-151.

use kandian_proto::Profile;
use kandian_proto::soap::{self, Form, SoapError, Version};
use serde_json::Value;

use super::ask::Ask;
use super::failure::Failure;
use super::http::Http;

/// Where clients are answered when a platform is named without a path.
const PATH: &str = "/MobileService";

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Answer<C> {
    /// For this program.
    pub(super) content: C,
    /// For others: the fields of the answer, with their names on the wire. Secrets are masked.
    pub(super) json: Value,
}

/// A platform.
#[derive(Clone, Debug)]
pub(super) struct Soap {
    http: Http,
    url: String,
}

impl Soap {
    /// The service at this address.
    pub(super) fn new(http: Http, url: &str) -> Result<Self, Failure> {
        let bad = |why: &str| Failure::Usage(format!("{url:?} is no address of a platform: {why}"));
        let mut read = reqwest::Url::parse(url).map_err(|error| bad(&error.to_string()))?;
        if !matches!(read.scheme(), "http" | "https") {
            return Err(bad("it begins with http:// or https://"));
        }
        if read.host_str().is_none_or(str::is_empty) {
            return Err(bad("it names no host"));
        }
        if read.path() == "/" && read.query().is_none() {
            read.set_path(PATH);
        }
        Ok(Self { http, url: read.into() })
    }

    /// The address, for errors and files.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Asks.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] when the answer says no; [`Failure::Network`] when there is none.
    pub(super) async fn ask<R: Ask>(&self, request: R) -> Result<Answer<R::Content>, Failure> {
        let form = Form::Soap(Version::V11);
        let body = soap::write_request(form, &request.into(), Profile::Spec)
            .map_err(|error| Failure::Usage(format!("this cannot be sent: {error}")))?;
        let (status, bytes) = self.http.post(&self.url, form.content_type(), body).await?;
        let unreadable = |why: String| Failure::Network(format!("{}: {why}", self.url));
        let read = match soap::read_response(R::OPERATION, &bytes) {
            Ok(read) => read,
            // A fault comes with 500; everything else with an error is a page of somebody else.
            Err(SoapError::Fault(fault)) => return Err(unreadable(format!("SOAP fault, {fault}"))),
            Err(_) if !(200..300).contains(&status) => {
                return Err(unreadable(format!("HTTP status {status}")));
            }
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let json = serde_json::to_value(&read.message).unwrap_or_default();
        let content =
            R::content(read.message).ok_or_else(|| unreadable("the answer to something else".to_owned()))?;
        // Under the name of the message.
        let json = json.as_object().and_then(|object| object.values().next().cloned()).unwrap_or_default();
        Ok(Answer { content: content.map_err(Failure::Refused)?, json })
    }
}
