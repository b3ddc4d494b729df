//! Errors as `application/problem+json` (RFC 9457): what is wrong, why, and what to do next.

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::access::CommandFailure;
use crate::entry::EntryError;
use crate::store::StoreError;

/// An error for the client.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// A name for programs.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong.
    pub title: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What to do next.
    pub next_step: &'static str,
    /// Seconds after which another attempt may have a better end (`Retry-After`).
    #[serde(skip)]
    pub retry_after: Option<u32>,
    /// More about it.
    #[serde(flatten)]
    pub more: serde_json::Map<String, Value>,
}

impl Problem {
    /// A problem.
    #[must_use]
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: impl Into<String>,
        next_step: &'static str,
    ) -> Self {
        Self {
            kind,
            status: status.as_u16(),
            title: title.into(),
            detail: None,
            next_step,
            retry_after: None,
            more: serde_json::Map::new(),
        }
    }

    /// The same with the reason.
    #[must_use]
    pub fn because(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// The same, which says when to come again.
    #[must_use]
    pub const fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same with another member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn no_device() -> Self {
        let next = "check the id, or put the device on record with POST /api/v1/devices";
        Self::new(StatusCode::NOT_FOUND, "no_such_device", "There is no device with this id", next)
    }

    pub(super) fn invalid(what: impl Into<String>) -> Self {
        let next = "see /api/v1/openapi.json for what is expected";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input", what, next)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Exists => Self::new(
                StatusCode::CONFLICT,
                "exists",
                "It exists already",
                "change it with PATCH, or remove it first",
            ),
            error @ (StoreError::Full | StoreError::ReadOnly) => {
                tracing::error!(%error, "the database failed a request");
                let title = "The database cannot be written at this time";
                let next = "tell who runs the platform; nothing was changed";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "database", title, next).because(error)
            }
            error => {
                tracing::error!(%error, "the database failed a request");
                let title = "The database did not do what it was asked";
                let next = "look at the log of the platform; nothing was changed";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "database", title, next)
            }
        }
    }
}

impl From<EntryError> for Problem {
    fn from(error: EntryError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let next = "send a JSON document with Content-Type: application/json";
        Self::new(rejection.status(), "not_json", "The body cannot be read", next)
            .because(rejection.body_text())
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        let next = "send less, and to its end";
        Self::new(rejection.status(), "not_read", "The body cannot be read", next)
            .because(rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::invalid("The query cannot be read").because(rejection.body_text())
    }
}

impl From<CommandFailure> for Problem {
    fn from(failure: CommandFailure) -> Self {
        use CommandFailure as F;
        let (status, next_step) = match &failure {
            F::Offline => (StatusCode::CONFLICT, "wait until the device is online; see its `presence`"),
            F::Unknown => (StatusCode::CONFLICT, "try again in a few minutes: devices are still coming back"),
            F::NoAnswer => (
                StatusCode::GATEWAY_TIMEOUT,
                "read the value back; recorders keep silent on commands they do not know",
            ),
            F::Refused { .. } => (StatusCode::BAD_GATEWAY, "the meaning of the code is in the specification"),
            F::Unsupported(_) => {
                (StatusCode::NOT_IMPLEMENTED, "this kind of device does not have the command")
            }
            F::Busy(_) => (StatusCode::TOO_MANY_REQUESTS, "try again when the command under way has ended"),
            F::LinkLost => {
                (StatusCode::BAD_GATEWAY, "the command may have been carried out: read the value back")
            }
            F::Unreadable(_) => (StatusCode::BAD_GATEWAY, "see the last messages of the device"),
            F::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "correct the named element"),
            F::Partly { .. } => (StatusCode::BAD_GATEWAY, "query what is set now, and send what is missing"),
        };
        let mut problem = Self::new(status, failure.name(), failure.to_string(), next_step);
        if let F::Refused { code, response } = &failure {
            problem = problem.with("code", *code);
            problem = problem.with("response", serde_json::to_value(response).unwrap_or_default());
        }
        problem
    }
}

pub(super) async fn not_found() -> Problem {
    let next = "see /api/v1/openapi.json for what there is";
    Problem::new(StatusCode::NOT_FOUND, "no_such_path", "There is nothing at this path", next)
}

pub(super) async fn wrong_method() -> Problem {
    let next = "see /api/v1/openapi.json for the methods of this path";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "This path does not take this method", next)
}
