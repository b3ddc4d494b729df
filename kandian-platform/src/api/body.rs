//! Bodies of requests: JSON objects, read strictly.

use axum::Json;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::problem::Problem;

/// A body that is one JSON object. An array in the place of it would be read as well, member by member, and nobody who sends one
/// means what is then understood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await?;
        let is_object = is_object(&bytes);
        let request = Request::from_parts(parts, HttpBody::from(bytes));
        let Json(value) = Json::<T>::from_request(request, state).await?;
        if is_object { Ok(Self(value)) } else { Err(Problem::invalid("The body is no JSON object")) }
    }
}

/// Whether JSON is an object, by its first character.
pub(super) fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().starts_with(b"{")
}

/// A member that may be missing, and is no null when it is there.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
