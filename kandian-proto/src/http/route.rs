//! Which exchange a request is about. Spec §5, §7.2.1; E-36.

use super::document::root_name;
use super::{Method, Refusal, Request, Status};
use crate::message::redirect::RedirectRequest;
use crate::message::register::RegisterRequest;
use crate::session::Exchange;
use crate::{Message, MessageInfo};

/// What a path contains that devices in the field register at, such as `/tykd/DeviceRegisterServlet`. A front end
/// in the field looks for the same.
const SERVLET: &str = "DeviceRegisterServlet";

/// For whoever opens the address in a browser.
const EXPLANATION: &str = "This address is for cameras and recorders, and it works: what answers is the platform.\n\
    A device sends POST with one XML document, REDIRECT_REQ (specification, chapter 5) or REGISTER_REQ (7.2.1),\n\
    Content-Type: text/xml;charset=UTF-8. There is nothing to see here; the pages for people are at another port.\n";

/// The paths at which the two exchanges are offered.
///
/// Devices are configured by hand and by other platforms, so more than the configured paths lead here: every path
/// that contains `DeviceRegisterServlet`, the path `/`, and none at all, which is what a recorder sends that was
/// given a URL without a path. Both exchanges may arrive there, and the root element of the document tells which.
/// One that tells neither is a registration, and refused as such (R-7.16), so that the device hears why.
///
/// ```
/// use kandian_proto::http::{Limits, RequestReader, Routes};
/// use kandian_proto::session::Exchange;
/// let routes = Routes::new().redirect_at("/ISMPGroupManager");
/// let mut reader = RequestReader::new(Limits::REQUEST);
/// let bytes = b"POST / HTTP/1.0\r\nContent-Length: 15\r\n\r\n<REDIRECT_REQ/>";
/// let request = reader.push(bytes)?.expect("a whole request");
/// assert_eq!(routes.find(&request), Ok(Exchange::Redirect));
/// # Ok::<(), kandian_proto::http::HttpError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routes {
    /// The only exchange that is offered, if it is not both.
    only: Option<Exchange>,
    /// Configured paths.
    paths: Vec<(String, Exchange)>,
}

impl Routes {
    /// Both exchanges at the usual paths.
    #[must_use]
    pub const fn new() -> Self {
        Self { only: None, paths: Vec::new() }
    }

    /// One exchange at the usual paths; the other is refused. For a platform that is only a group platform, or only
    /// a province platform.
    #[must_use]
    pub const fn only(exchange: Exchange) -> Self {
        Self { only: Some(exchange), paths: Vec::new() }
    }

    /// Also at exactly this path: redirects and nothing else.
    #[must_use]
    pub fn redirect_at(self, path: impl Into<String>) -> Self {
        self.at(path.into(), Exchange::Redirect)
    }

    /// Also at exactly this path: registrations and nothing else.
    #[must_use]
    pub fn register_at(self, path: impl Into<String>) -> Self {
        self.at(path.into(), Exchange::Register)
    }

    fn at(mut self, mut path: String, exchange: Exchange) -> Self {
        if !path.starts_with('/') {
            path.insert(0, '/');
        }
        self.paths.push((path, exchange));
        self
    }

    /// The exchange that a request is about.
    ///
    /// # Errors
    /// Why it is about none; [`NoRoute::refusal`] says it to the client.
    pub fn find(&self, request: &Request) -> Result<Exchange, NoRoute> {
        if request.method != Method::Post {
            return Err(NoRoute::Method(request.method));
        }
        let asked = exchange_of(request.document());
        let exchange = match self.configured(request.path()) {
            Some(offered) => match asked {
                Some(asked) if asked != offered => return Err(NoRoute::OtherExchange { offered }),
                _ => offered,
            },
            None if is_usual(request.path()) => asked.or(self.only).unwrap_or(Exchange::Register),
            None => return Err(NoRoute::Path),
        };
        match self.only {
            Some(only) if only != exchange => Err(NoRoute::OtherExchange { offered: only }),
            _ => Ok(exchange),
        }
    }

    fn configured(&self, path: &str) -> Option<Exchange> {
        self.paths.iter().find(|(configured, _)| configured == path).map(|(_, exchange)| *exchange)
    }
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}

/// The paths that devices use without being told.
fn is_usual(path: &str) -> bool {
    matches!(path, "" | "/") || path.contains(SERVLET)
}

/// The exchange whose request a document calls itself.
fn exchange_of(document: &[u8]) -> Option<Exchange> {
    let root = root_name(document)?;
    let is = |info: &MessageInfo| info.root.as_bytes() == root;
    match () {
        () if is(RedirectRequest::INFO) => Some(Exchange::Redirect),
        () if is(RegisterRequest::INFO) => Some(Exchange::Register),
        () => None,
    }
}

/// Why a request is about neither exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoRoute {
    /// It is no POST.
    #[error("the method is not POST, which devices use")]
    Method(Method),
    /// Nothing is offered at this path.
    #[error("nothing for devices at this path")]
    Path,
    /// The other exchange is asked for than the one that is offered here.
    #[error("only {} is answered here", request_name(*offered))]
    OtherExchange {
        /// What is offered.
        offered: Exchange,
    },
}

const fn request_name(exchange: Exchange) -> &'static str {
    match exchange {
        Exchange::Redirect => RedirectRequest::INFO.root,
        Exchange::Register => RegisterRequest::INFO.root,
    }
}

impl NoRoute {
    /// What to answer.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Method(Method::Head) => Refusal::new(Status::NOT_ALLOWED, EXPLANATION).without_body(),
            Self::Method(Method::Get) => Refusal::new(Status::NOT_ALLOWED, EXPLANATION),
            Self::Method(_) => Refusal::new(Status::NOT_ALLOWED, self.to_string()),
            Self::Path | Self::OtherExchange { .. } => Refusal::new(Status::NOT_FOUND, self.to_string()),
        }
    }
}
