//! SOAP for chapters 6, 8 and 9: envelopes, faults, dispatch, WSDL.
//!
//! The specification says "Web Service (SOAP/HTTP)" and prints parameter tables, nothing else: no
//! WSDL, no namespace, no operation names (E-151). What is sent here is SOAP 1.1 or 1.2 as the peer
//! asked, document/literal, with the message's root as the only child of the Body and unqualified
//! children. What is accepted is whatever clients of the time send: any prefix and namespace, types
//! and ids as attributes, a missing envelope, parameters one level down, `Req` or `Request` behind the
//! operation's name, `DevId` for `DevID`.
//!
//! ```
//! use kandian_proto::soap::{self, Form, Version};
//! use kandian_proto::{Profile, Request, Response, message::client::LoginResponse, value::McuLoginResult, Outcome};
//!
//! let posted = br#"<v:Envelope xmlns:v="http://schemas.xmlsoap.org/soap/envelope/"><v:Header /><v:Body>
//!     <n0:LoginReq id="o0" xmlns:n0="urn:x"><n0:Account i:type="d:string">18900000001</n0:Account>
//!     <n0:Password>123456</n0:Password><n0:Version>A-1.0</n0:Version></n0:LoginReq></v:Body></v:Envelope>"#;
//! let call = soap::read_request(posted)?;
//! assert_eq!(call.form, Form::Soap(Version::V11));
//! let Request::ClientLogin(login) = &call.read.message else { panic!("not a login") };
//! assert!(login.password.matches("123456"));
//!
//! let refused = Response::ClientLogin(LoginResponse::new(Outcome::Failure(McuLoginResult::BAD_PASSWORD)));
//! let answer = soap::write_response(call.form, &refused, Profile::Spec)?;
//! assert!(String::from_utf8(answer)?.contains("<MCU_LOGIN_RES><Result>2</Result></MCU_LOGIN_RES>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod envelope;
mod fault;
mod read;
mod wsdl;

pub use envelope::{Form, Version, write_request, write_response};
pub use fault::{Fault, FaultCode};
pub use read::{Called, SoapError, read_request, read_response};
pub use wsdl::{SERVICE_NAMESPACE, Service, wsdl};
