//! A list of devices as CSV, taken in whole or not at all.

use std::collections::BTreeMap;

use csv::StringRecord;
use kandian_proto::time::UnixMillis;

use crate::entry::Entry;
use crate::store::{NewDevice, Origin, Store, StoreError};

/// The columns that a list can have. The first two it must have.
pub const COLUMNS: [&str; 6] = ["id", "key", "kind", "name", "model", "manufacturer"];

/// Most devices in a list. It is stored in one commit, and while that is made a platform that runs can store nothing.
pub const MOST: usize = 20_000;

/// A list that was read.
#[derive(Clone, Debug, Default)]
pub struct List {
    devices: Vec<(u64, NewDevice)>,
    faults: Vec<Fault>,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it. It never quotes a key.
    pub problem: String,
}

impl List {
    /// Reads a list. The first line names the columns.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        // Spreadsheets put a byte order mark before the first column.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let mut list = Self::default();
        let problem = match reader.headers() {
            Ok(columns) => columns_problem(columns),
            Err(_) => Some("is no CSV in UTF-8".to_owned()),
        };
        if let Some(problem) = problem {
            list.faults.push(Fault { line: 1, problem });
            return list;
        }
        let mut rows = reader.deserialize::<Entry>();
        while let Some(row) = rows.next() {
            let line = rows.reader().position().line().saturating_sub(1);
            if list.devices.len() == MOST {
                let problem = format!("a list has at most {MOST} devices; split it");
                list.faults.push(Fault { line, problem });
                break;
            }
            list.add(line, row);
        }
        list
    }

    fn add(&mut self, line: u64, row: csv::Result<Entry>) {
        let problem = match row {
            Ok(entry) => match entry.into_device(Origin::Import) {
                Ok(device) => return self.devices.push((line, device)),
                Err(error) => error.to_string(),
            },
            // The text of the error may quote a key.
            Err(error) => match error.kind() {
                csv::ErrorKind::Deserialize { err, .. } => format!("cannot be read: {:?}", err.kind()),
                csv::ErrorKind::UnequalLengths { .. } => "has another number of columns".to_owned(),
                _ => "is no CSV in UTF-8".to_owned(),
            },
        };
        self.faults.push(Fault { line, problem });
    }

    /// Looks for devices that stand in it twice, or are on record already.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn check(&mut self, store: &Store) -> Result<(), StoreError> {
        let ids: Vec<_> = self.devices.iter().map(|(_, device)| device.id).collect();
        let known = store.on_record(&ids).await?;
        let mut seen = BTreeMap::new();
        for (line, device) in &self.devices {
            let (line, id) = (*line, device.id);
            if let Some(first) = seen.insert(id, line) {
                self.faults.push(Fault { line, problem: format!("{id} stands in line {first} already") });
            } else if known.contains(&id) {
                self.faults.push(Fault { line, problem: format!("{id} is on record already") });
            }
        }
        self.faults.sort_by_key(|fault| fault.line);
        Ok(())
    }

    /// What is wrong, in the order of lines. A list with faults is not to be stored.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many devices it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.devices.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }

    /// Puts its devices on record, all or none.
    ///
    /// # Errors
    ///
    /// When the database fails, and [`StoreError::Exists`] when one of them was entered since the check.
    pub async fn store(self, store: &Store, now: UnixMillis) -> Result<(), StoreError> {
        store.add_devices(self.devices.into_iter().map(|(_, device)| device).collect(), now).await
    }
}

/// One sentence about the first line instead of one for every line behind it.
fn columns_problem(columns: &StringRecord) -> Option<String> {
    if let Some(unknown) = columns.iter().find(|name| !COLUMNS.contains(name)) {
        return Some(format!(
            "there is no column `{unknown}`; the first line names them: {}",
            COLUMNS.join(", ")
        ));
    }
    let missing = COLUMNS.into_iter().take(2).find(|name| !columns.iter().any(|column| column == *name))?;
    Some(format!("the first line names the columns, and `{missing}` is not among them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let list = List::read(
            "\u{FEFF}id,key,kind,name,manufacturer\n81100000001, K7M2P9Q4 ,nvr,收银台,\n".as_bytes(),
        );
        assert_eq!(list.faults(), []);
        let (line, device) = &list.devices[0];
        assert_eq!((*line, device.id.as_str(), device.name.as_str()), (2, "81100000001", "收银台"));
        assert_eq!(device.manufacturer.as_str(), "811");
        assert!(device.key.matches("K7M2P9Q4"));
    }

    #[test]
    fn faults_have_lines_and_no_keys() {
        let list = List::read(
            b"id,key\n811-1,SECRET77\n81100000002,\n81100000003,A,B\n81100000004,\xFF\xFE\n81100000005,OK\n",
        );
        assert_eq!(list.len(), 1);
        let lines: Vec<_> = list.faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
        assert!(list.faults.iter().all(|fault| !fault.problem.contains("SECRET77")));
    }

    /// What is too long is read no further.
    #[test]
    fn long_lists() {
        let line = |number: usize| format!("811{number:08},K\n");
        let text = |count| format!("id,key\n{}", (0..count).map(line).collect::<String>());
        let list = List::read(text(MOST).as_bytes());
        assert!(list.len() == MOST && list.faults().is_empty());
        let list = List::read(text(MOST + 9).as_bytes());
        let faults: Vec<_> = list.faults().iter().map(|fault| fault.line).collect();
        assert_eq!((list.len(), faults), (MOST, vec![MOST as u64 + 2]));
    }

    /// A wrong first line is one fault, however long the list is.
    #[test]
    fn columns() {
        for (text, says) in [
            ("id,kye\n1,2\n3,4\n", "no column `kye`"),
            ("id,name\n1,2\n3,4\n", "`key` is not among them"),
            ("81100000001,K7\n", "no column `81100000001`"),
            ("", "`id` is not among them"),
        ] {
            let list = List::read(text.as_bytes());
            assert!(list.is_empty() && list.faults.len() == 1, "{text}: {list:?}");
            let fault = &list.faults[0];
            assert!(fault.line == 1 && fault.problem.contains(says), "{fault:?}");
        }
    }
}
