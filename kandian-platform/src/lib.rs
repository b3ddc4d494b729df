//! The reference platform of 手机看店: province platform (轻平台) and group platform in one binary.
//!
//! | module | is |
//! |---|---|
//! | [`config`] | the settings |
//! | [`run`] | start and stop |
//! | [`local`] | how programs of this machine find a platform that runs |
//! | [`access`] | where devices come in: HTTP and TCP |
//! | [`web`], [`api`] | the port for people and programs: TLS, REST |
//! | [`client`] | SOAP for phones and web clients |
//! | [`media`] | live pictures for browsers |
//! | [`group`] | the group platform: what province platforms say, and clients ask |
//! | [`province`] | the province platform at the group platform |
//! | [`service`] | what the platform does: load, decide, store, tell |
//! | [`rules`] | the decisions, as pure functions |
//! | [`store`] | the database |
//! | [`entry`], [`import`] | devices as people enter them, one or many |
//! | [`sms`] | short messages and their gateways |
//! | [`outward`] | what is asked of others over HTTP |
//! | [`crm`] | what is said to and by the operator's CRM |
//! | [`events`], [`messages`] | what happens, for who watches |
//!
//! A message of a device goes one way: socket → [`kandian_proto::session::platform::Link`] → [`service`] → [`rules`] →
//! [`store`] → answer. Nothing is answered with success before it is on disk.
#![forbid(unsafe_code)]

pub mod access;
pub mod api;
pub mod app;
pub mod client;
pub mod clock;
pub mod config;
pub mod crm;
pub mod entry;
pub mod events;
pub mod group;
pub mod import;
pub mod local;
pub mod media;
pub mod messages;
pub mod metrics;
pub mod outward;
pub mod province;
pub mod rules;
pub mod run;
pub mod service;
pub mod sms;
pub mod store;
pub mod web;
