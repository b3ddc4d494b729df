//! One question to the group platform over HTTP. E-38.

use axum::http::HeaderMap;
use kandian_proto::soap::{self, Form, SoapError};
use kandian_proto::{EncodeError, Profile, Request, Response, Secret};

use crate::app::App;
use crate::outward::OutwardFailure;

/// What the group platform knows this province platform by.
pub(super) struct Known {
    pub(super) province_no: String,
    pub(super) cms_no: String,
    pub(super) password: Secret,
}

impl Known {
    pub(super) fn of(app: &App) -> Self {
        let group = &app.config.province.group;
        Self {
            province_no: group.province_no.clone(),
            cms_no: group.cms_no.clone(),
            password: group.password.clone().unwrap_or_default(),
        }
    }
}

/// Why the group platform gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskFailure {
    /// The settings name none.
    #[error("no group platform is set")]
    NotSet,
    /// The question cannot be written.
    #[error("the question cannot be written: {0}")]
    Write(#[from] EncodeError),
    /// Nobody answered.
    #[error(transparent)]
    Silent(#[from] OutwardFailure),
    /// HTTP says that something is wrong.
    #[error("the group platform answered with HTTP status {0}")]
    Status(u16),
    /// The answer cannot be read.
    #[error("the answer of the group platform cannot be read: {0}")]
    Unreadable(#[from] SoapError),
}

/// Posts one document, without an envelope, and reads the answer.
pub(super) async fn ask(app: &App, request: &Request) -> Result<Response, AskFailure> {
    let operation = request.operation();
    let outcome = post(app, request).await;
    let label = match &outcome {
        Ok(_) => "answered",
        Err(AskFailure::Silent(_)) => "silent",
        Err(_) => "failed",
    };
    metrics::counter!("kandian_group_asked_total", "operation" => operation.info().id, "outcome" => label)
        .increment(1);
    outcome
}

async fn post(app: &App, request: &Request) -> Result<Response, AskFailure> {
    let url = app.config.province.group.url.as_ref().ok_or(AskFailure::NotSet)?;
    let document = soap::write_request(Form::Bare, request, Profile::Spec)?;
    let answer =
        app.outward.post(url.as_str(), Form::Bare.content_type(), HeaderMap::new(), document).await?;
    if !answer.is_success() {
        return Err(AskFailure::Status(answer.status));
    }
    Ok(soap::read_response(request.operation(), &answer.body)?.message)
}
