//! A user who is logged in. Spec §8.2, §8.3; E-153.

use kandian_proto::Secret;
use kandian_proto::message::client::{LoginGrant, LoginRequest, LogoutRequest};

use super::ask::Ask;
use super::failure::{Failure, Refusal};
use super::password::{self, Source, VARIABLE};
use super::soap::{Answer, Soap};
use super::state::Kept;
use super::words::Lang;

/// A user of a platform. The login happens when a call first needs it.
#[derive(Debug)]
pub(super) struct Client {
    soap: Soap,
    account: String,
    password: Source,
    version: String,
    lang: Lang,
    kept: Option<Kept>,
    session: Option<Secret>,
}

/// What the command line says about the user.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) account: String,
    pub(super) password: Source,
    /// Version of the client.
    pub(super) version: String,
    pub(super) lang: Lang,
}

impl Client {
    pub(super) fn new(soap: Soap, user: User, kept: Option<Kept>) -> Result<Self, Failure> {
        let User { account, password, version, lang } = user;
        let session = match &kept {
            Some(kept) => kept.read(soap.url(), &account)?,
            None => None,
        };
        Ok(Self { soap, account, password, version, lang, kept, session })
    }

    /// Logs in, whether or not there is a session..
    pub(super) async fn log_in(&mut self) -> Result<Answer<LoginGrant>, Failure> {
        let prompt = match self.lang {
            Lang::En => format!("password of {}", self.account),
            Lang::Zh => format!("{} 的密码", self.account),
        };
        let password = password::find(&self.password, VARIABLE, &prompt, self.lang)?;
        // A second login does not ask again, and standard input can be read only once.
        self.password = Source { file: None, given: Some(password.clone()) };
        let request = LoginRequest::new(self.account.as_str(), password, self.version.as_str());
        let answer = self.soap.ask(request).await?;
        let session = answer.content.login_session.clone();
        if let Some(kept) = &self.kept {
            kept.write(self.soap.url(), &self.account, &session)?;
        }
        self.session = Some(session);
        Ok(answer)
    }

    /// Asks for something in the user's name. A session that was kept and has expired meanwhile is replaced once.
    pub(super) async fn ask<R: Ask>(
        &mut self,
        make: impl Fn(&str, Secret) -> R,
    ) -> Result<Answer<R::Content>, Failure> {
        let (session, is_old) = match &self.session {
            Some(session) => (session.clone(), true),
            None => (self.log_in().await?.content.login_session, false),
        };
        match self.soap.ask(make(&self.account, session)).await {
            // 2 is the code for it in every operation.
            Err(Failure::Refused(Refusal { code: 2, .. })) if is_old => {
                let session = self.log_in().await?.content.login_session;
                self.soap.ask(make(&self.account, session)).await
            }
            answered => answered,
        }
    }

    /// Ends the session, unless it is kept for the next call.
    pub(super) async fn leave(&mut self) -> Result<(), Failure> {
        if self.kept.is_none() { self.log_out().await.map(drop) } else { Ok(()) }
    }

    /// Ends the session..
    pub(super) async fn log_out(&mut self) -> Result<bool, Failure> {
        let Some(session) = self.session.take() else { return Ok(false) };
        if let Some(kept) = &self.kept {
            kept.forget()?;
        }
        let asked = self.soap.ask(LogoutRequest::new(self.account.as_str(), session)).await;
        match asked {
            Ok(_) => Ok(true),
            // E-159: gone it is.
            Err(Failure::Refused(Refusal { code: 2, .. })) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}
