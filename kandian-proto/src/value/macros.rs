//! The one shape of a code that devices may extend: an open newtype with named constants.

/// Defines an open newtype over `u16`, its constants and its table.
///
/// A closed `enum` would have to fail, or to hold a second kind of "unknown", whenever a device
/// sends a number of its own; a newtype keeps the number, compares and is sent on.
///
/// After the name comes the noun phrase for error texts and then what strict reading accepts:
/// `open` (every number), or `listed` (the table only) with a function that says how lenient
/// reading takes a number outside the table, what an empty element means, and how a number is taken
/// that is no `u16` (otherwise an error). `type_only` leaves the `Scalar` to the caller.
///
/// Rows are those of the printed table; rows with a plus are named here although it lacks them.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident: $expected:literal, open { $($rows:tt)* }
    ) => {
        $crate::value::macros::open_enum! { $(#[$meta])* pub struct $Name: type_only { $($rows)* } }

        impl $crate::xml::Scalar for $Name {
            const KIND: $crate::xml::ScalarKind = $crate::xml::ScalarKind::Integer;
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                <u16 as $crate::xml::Scalar>::parse(text).map(Self)
            }

            fn tolerate(text: &str) -> Option<$crate::xml::Tolerated<Self>> {
                <u16 as $crate::xml::Scalar>::tolerate(text).map(|read| read.map(Self))
            }

            fn write(&self, out: &mut dyn core::fmt::Write) -> core::fmt::Result {
                write!(out, "{}", self.0)
            }

            fn as_integer(&self) -> Option<u64> {
                Some(self.0.into())
            }

            fn meaning(&self) -> Option<(&'static str, &'static str)> {
                Some((self.name_en()?, self.name_zh()?))
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub struct $Name:ident: $expected:literal, listed($unlisted:expr $(, empty = ($empty:ident, $erratum:literal))? $(, beyond = $beyond:expr)?) {
            $($rows:tt)*
        }
    ) => {
        $crate::value::macros::open_enum! { $(#[$meta])* pub struct $Name: type_only { $($rows)* } }

        impl $crate::xml::Scalar for $Name {
            const KIND: $crate::xml::ScalarKind = $crate::xml::ScalarKind::Integer;
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                <u16 as $crate::xml::Scalar>::parse(text).map(Self).filter(|value| value.is_known())
            }

            fn tolerate(text: &str) -> Option<$crate::xml::Tolerated<Self>> {
                let number = $crate::value::number::unbounded(text)?;
                let Ok(code) = u16::try_from(number) else {
                    // The number itself cannot be kept.
                    let beyond: Option<$crate::xml::Tolerated<Self>> = None;
                    $( let beyond = beyond.or(Some($beyond)); )?
                    return beyond;
                };
                let unlisted: fn(u16) -> $crate::xml::Tolerated<Self> = $unlisted;
                Some(match Self(code) {
                    value if value.is_known() => $crate::value::number::leading_zeros(value),
                    _ => unlisted(code),
                })
            }

            $(
                fn empty() -> Option<$crate::xml::Tolerated<Self>> {
                    let what = concat!("is empty; read as ", stringify!($empty));
                    Some($crate::xml::Tolerated::new(Self::$empty, $erratum, what))
                }
            )?

            fn write(&self, out: &mut dyn core::fmt::Write) -> core::fmt::Result {
                write!(out, "{}", self.0)
            }

            fn as_integer(&self) -> Option<u64> {
                Some(self.0.into())
            }

            fn meaning(&self) -> Option<(&'static str, &'static str)> {
                Some((self.name_en()?, self.name_zh()?))
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub struct $Name:ident: type_only {
            $($NAME:ident = $code:literal, $zh:literal, $en:literal;)*
            $(+ $EXTRA:ident = $extra:literal, $extra_zh:literal, $extra_en:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(pub u16);

        impl $Name {
            $(
                #[doc = concat!("`", $code, "`: ", $en, " (", $zh, ").")]
                pub const $NAME: Self = Self($code);
            )*
            $(
                #[doc = concat!("`", $extra, "`: ", $extra_en, " (", $extra_zh, ").")]
                ///
                /// Not in the printed table.
                pub const $EXTRA: Self = Self($extra);
            )*

            /// The table of the specification: value, name of the constant, Chinese, English.
            pub const KNOWN: &'static [(Self, &'static str, &'static str, &'static str)] =
                &[$((Self::$NAME, stringify!($NAME), $zh, $en),)*];

            /// Codes this crate has names for although the table does not print them.
            const BEYOND: &'static [(Self, &'static str, &'static str, &'static str)] =
                &[$((Self::$EXTRA, stringify!($EXTRA), $extra_zh, $extra_en),)*];

            fn row(self) -> Option<&'static (Self, &'static str, &'static str, &'static str)> {
                Self::KNOWN.iter().chain(Self::BEYOND).find(|row| row.0 == self)
            }

            /// Whether the specification prints this code.
            #[must_use]
            pub fn is_known(self) -> bool {
                Self::KNOWN.iter().any(|row| row.0 == self)
            }

            /// Name of the constant, when the code has one.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                self.row().map(|row| row.1)
            }

            /// Meaning in the words of the specification.
            #[must_use]
            pub fn name_zh(self) -> Option<&'static str> {
                self.row().map(|row| row.2)
            }

            /// Meaning in English.
            #[must_use]
            pub fn name_en(self) -> Option<&'static str> {
                self.row().map(|row| row.3)
            }
        }

        impl From<u16> for $Name {
            fn from(code: u16) -> Self {
                Self(code)
            }
        }

        impl From<$Name> for u16 {
            fn from(value: $Name) -> Self {
                value.0
            }
        }

        /// `FrameSize::D1 (2)`, or `FrameSize(9)` for a code without a name.
        impl core::fmt::Debug for $Name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => write!(f, concat!(stringify!($Name), "::{} ({})"), name, self.0),
                    None => write!(f, concat!(stringify!($Name), "({})"), self.0),
                }
            }
        }

        /// The code and its name: `2 D1`, or the code alone.
        impl core::fmt::Display for $Name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => write!(f, "{} {}", self.0, name),
                    None => write!(f, "{}", self.0),
                }
            }
        }
    };
}

pub(crate) use open_enum;
