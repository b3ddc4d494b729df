//! A gateway that is asked over HTTP: one POST for each message.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use kandian_proto::Secret;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use super::{Gateway, GatewayFailure, Outgoing, Taken};
use crate::config::{Webhook, WebhookBody};
use crate::outward::Outward;
use crate::rules::filled;

/// Posts messages to the address of the settings.
#[derive(Debug)]
pub(super) struct WebhookGateway {
    settings: Webhook,
    outward: Arc<Outward>,
}

impl WebhookGateway {
    pub(super) fn new(settings: &Webhook, outward: Arc<Outward>) -> Self {
        Self { settings: settings.clone(), outward }
    }

    fn body(&self, message: &Outgoing) -> String {
        let write = |text: &str| match self.settings.body {
            WebhookBody::Json => in_json(text),
            WebhookBody::Form => utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
        };
        let (id, number, text) = (message.id.to_string(), message.to.to_string(), message.text.reveal());
        let values = [("id", write(&id)), ("number", write(&number)), ("text", write(text))]
            .map(|(name, value)| (name, value));
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        filled(&self.settings.template, &values)
    }

    fn headers(&self) -> Result<HeaderMap, GatewayFailure> {
        let mut headers = HeaderMap::new();
        if let Some(secret) = &self.settings.authorization {
            let value = HeaderValue::from_str(secret.reveal());
            let mut value =
                value.map_err(|_| GatewayFailure::Later("sms.webhook.authorization is no header".into()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    async fn post(&self, message: &Outgoing) -> Result<Taken, GatewayFailure> {
        let url = self.settings.url.as_ref().map_or("", Secret::reveal);
        let content_type = match self.settings.body {
            WebhookBody::Json => "application/json",
            WebhookBody::Form => "application/x-www-form-urlencoded",
        };
        let body = self.body(message).into_bytes();
        let answer = self.outward.post(url, content_type, self.headers()?, body).await;
        let answer = answer.map_err(|error| GatewayFailure::Later(error.to_string()))?;
        match answer.status {
            200..=299 => Ok(Taken::Sent(String::new())),
            // The client of this request is wrong: it will be again.
            status @ 400..=499 if !matches!(status, 401 | 403 | 404 | 408 | 425 | 429) => {
                Err(GatewayFailure::Never(format!("the gateway answered {status}")))
            }
            // Also what an administrator can mend: a wrong address, a secret that was changed.
            status => Err(GatewayFailure::Later(format!("the gateway answered {status}"))),
        }
    }
}

impl Gateway for WebhookGateway {
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Taken, GatewayFailure>> {
        Box::pin(self.post(message))
    }
}

/// A text as it stands between the quotation marks of JSON.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(body: WebhookBody, template: &str) -> WebhookGateway {
        let settings = Webhook { body, template: template.to_owned(), ..Webhook::default() };
        WebhookGateway::new(&settings, Arc::new(Outward::new(None)))
    }

    /// What a text says cannot end the field it stands in.
    #[test]
    fn values_are_written_as_the_body_demands() {
        let text = Secret::from("报警 \"},{\"a&b=c\n{number}");
        let message = Outgoing { id: 7, to: "18912345678".parse().unwrap(), text };
        let json = gateway(WebhookBody::Json, &Webhook::default().template).body(&message);
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&read["id"], &read["number"]), (&"7".into(), &"18912345678".into()));
        assert_eq!(read["text"], message.text.reveal());
        let form = gateway(WebhookBody::Form, "to={number}&msg={text}").body(&message);
        assert!(form.starts_with("to=18912345678&msg=%E6%8A%A5%E8%AD%A6%20%22"), "{form}");
        assert_eq!(form.matches('&').count(), 1);
        assert!(form.ends_with("%0A%7Bnumber%7D"), "{form}");
    }
}
