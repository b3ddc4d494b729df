//! The one way to change settings.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::{fs, io};

use kandian_proto::DevId;
use tokio::sync::{Mutex, watch};

use super::damage::{self, Damage};
use super::form::{Form, VERSION, Versioned};
use super::{State, file};
use crate::model::Model;

/// Name of the settings file in the data directory.
pub(crate) const FILE: &str = "state.json";

/// The settings of a device, on disk and in memory.
///
/// Reading is free. A change is on the disk when [`Store::change`] returns; who answers a platform afterwards
/// acknowledges nothing that a power cut could undo. When the disk does not take it, nothing has changed.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    model: Model,
    current: Arc<RwLock<Arc<State>>>,
    /// Counts the changes.
    changes: Arc<watch::Sender<u64>>,
    /// One change at a time, until the device is switched off.
    turn: Arc<Mutex<Phase>>,
}

/// Whether settings may still be changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// The files may belong to somebody else.
    Closed,
}

/// Why the settings of a device cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// The settings are those of another device.
    #[error("{path} holds the settings of device {found}; give this device another data directory")]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// Whose settings.
        found: DevId,
    },
    /// The settings were written by a later version of this program.
    #[error(
        "{path} has form {found}; this program reads form {VERSION}. Use the version that wrote it, or another data directory"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The version of its form.
        found: u32,
    },
    /// The settings do not fit the device: it has other channels, or is of another kind.
    #[error(
        "{path} is of a device made of {was}, and does not fit: {why}. Use its options, or another data directory"
    )]
    Misfit {
        /// Which file.
        path: PathBuf,
        /// What that device was made of.
        was: String,
        /// What does not fit.
        why: String,
    },
}

/// Why a change was not made.
#[derive(Debug)]
pub(crate) enum ChangeError<E> {
    /// Whoever wanted it found that it cannot be.
    Refused(E),
    /// The disk did not take it.
    Disk(io::Error),
}

impl Store {
    /// Reads the settings of a device, or begins with those of the factory and writes them down.
    ///
    /// # Errors
    /// When they cannot be read for a reason that starting anew would not cure.
    pub(crate) fn open(
        directory: &Path,
        model: &Model,
        factory: State,
    ) -> Result<(Self, Option<Damage>), StateError> {
        let path = directory.join(FILE);
        let io = |source| StateError::Io { path: path.clone(), source };
        let (state, damage) = match fs::read(&path) {
            Ok(text) => match read(&text, &path, model, factory.device)? {
                Ok(state) => (state, None),
                Err(why) => (factory, Some(damage::put_aside(&path, why).map_err(io)?)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => (factory, None),
            Err(error) => return Err(io(error)),
        };
        // Also proves at the start that the directory can be written.
        file::replace(&path, &written(&state, model)).map_err(io)?;
        let current = Arc::new(RwLock::new(Arc::new(state)));
        let changes = Arc::new(watch::Sender::new(0));
        Ok((Self { path, model: model.clone(), current, changes, turn: Arc::default() }, damage))
    }

    /// The settings at this moment.
    pub(crate) fn read(&self) -> Arc<State> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells of changes from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Changes the settings. All of the change is made and on the disk, or nothing of it.
    ///
    /// # Errors
    /// What `change` returned, or what the disk said.
    pub(crate) async fn change<R, E>(
        &self,
        change: impl FnOnce(&mut State) -> Result<R, E>,
    ) -> Result<R, ChangeError<E>> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if *turn == Phase::Closed {
            return Err(ChangeError::Disk(io::Error::other("the device is switched off")));
        }
        let before = self.read();
        let mut after = State::clone(&before);
        let result = change(&mut after).map_err(ChangeError::Refused)?;
        if after == *before {
            return Ok(result);
        }
        let (path, text) = (self.path.clone(), written(&after, &self.model));
        let (current, changes) = (Arc::clone(&self.current), Arc::clone(&self.changes));
        // Disk and memory change together even when whoever waits for it is gone.
        let written = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            file::replace(&path, &text)?;
            *current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(after);
            changes.send_modify(|changes| *changes += 1);
            Ok(())
        });
        written.await.map_err(io::Error::other).and_then(|done| done).map_err(ChangeError::Disk)?;
        Ok(result)
    }

    /// Waits for the change under way, and allows no other: who opens the files next finds them at rest.
    pub(crate) async fn close(&self) {
        *self.turn.lock().await = Phase::Closed;
    }
}

/// The text of the settings file.
fn written(state: &State, model: &Model) -> Vec<u8> {
    // Texts and numbers under keys of our own: there is nothing that JSON could not take.
    let mut text = serde_json::to_vec_pretty(&Form::new(state, model)).unwrap_or_default();
    text.push(b'\n');
    text
}

/// The settings in a file; `Err` inside for a damaged one.
fn read(text: &[u8], path: &Path, model: &Model, device: DevId) -> Result<Result<State, String>, StateError> {
    if let Ok(Versioned { version: found @ VERSION.. }) = serde_json::from_slice(text)
        && found > VERSION
    {
        return Err(StateError::Newer { path: path.to_owned(), found });
    }
    let form: Form = match serde_json::from_slice(text) {
        Ok(form) => form,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if let Ok(found) = form.device()
        && found != device
    {
        return Err(StateError::Foreign { path: path.to_owned(), found });
    }
    let other = form.other_model(model);
    match (form.into_state(model), other) {
        (Err(why), Some(was)) => Err(StateError::Misfit { path: path.to_owned(), was, why }),
        (read, _) => Ok(read),
    }
}
