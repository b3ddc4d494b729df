//! What happened to the last attempts to watch, so that "no picture" is never the whole message.
//!
//! An attempt is a [`Play`]: of a phone that was given URLs (§8.7), of a browser, or of the gateway that pulls for browsers.
//! What happens in it is a list of [`Note`]s, each with the time since the attempt began. The last attempts of each device
//! are kept in memory, with bounds on everything; [`words`] says the same to people, in English and Chinese.

mod note;
mod plays;
mod shown;
pub mod words;

pub use note::{Cause, End, Note, Sound, Watcher, What};
pub use plays::{NOTES, Play, PlayId, Plays};
pub(in crate::media) use shown::path_name;
pub use shown::{lines, plays as plays_json, reason};
