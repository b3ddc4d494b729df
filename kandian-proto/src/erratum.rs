//! Names of the catalogued defects of the specification.

use core::fmt;

/// The id of an entry in the project's list of errata of the specification, `E-01` to `E-193`.
///
/// The id is the common language of code, tests, logs and reports: a diagnostic that carries `E-03`
/// and a test named after `E-03` speak of the same sentence of the printed specification.
///
/// ```
/// use kandian_proto::Erratum;
/// assert_eq!(Erratum(3).to_string(), "E-03");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Erratum(pub u16);

impl fmt::Display for Erratum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E-{:02}", self.0)
    }
}

impl fmt::Debug for Erratum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
