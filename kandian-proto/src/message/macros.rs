//! `message!` and `group!`: the only definition of a message, for XML, SOAP and JSON alike.
//!
//! The structs stay visible: one documented line per field, with its wire name beside it.
//!
//! ```text
//! message! {
//!     /// Doc.
//!     pub struct RegisterResponse = "REGISTER_RES" {
//!         /// Doc.
//!         pub outcome: Outcome<RegisterResult, RegisterGrant> = "Result",
//!         /// Doc.
//!         pub dev_id: DevId = "DevID" [absent E-22] => outcome,
//!     }
//! }
//! ```
//!
//! A field is `name: Type = "Wire" | "Alias" [clauses] => outcome`. The type gives the shape: a scalar
//! is required, `Option` optional, `Vec` a list, `Option` of a group a nested group. The clauses are
//!
//! | clause | meaning |
//! |---|---|
//! | `absent E-90` | a missing or empty element reads as `Default::default()`, with this erratum; so does `new` |
//! | `missing E-83` | the same, but we always send it: it is an argument of `new` |
//! | `only_if alarm_type is AlarmType::MOTION, E-138` | has a meaning, and is due, only then; ignored otherwise |
//! | `begins_with manufacturer_no, E-21` | a value with another beginning is remarked |
//! | `within (5, 25) E-98 "a rate"` | the numbers that may stand here, where the type allows more |
//! | `without_blanks E-44` | blanks are removed |
//! | `received_only E-112` | struck out: read, never sent |
//! | `at_least 1` | fewest entries |
//! | `at_most 10 E-107` | most entries; more are read with a diagnostic |
//! | `unit "MB"` | unit of the value, for people |
//!
//! The first four stand before all others. `=> outcome` says that the success body of the field `outcome`
//! follows on the wire.

/// Defines a message with a root element of its own. See the module documentation.
macro_rules! message {
    ($(#[$meta:meta])* pub struct $name:ident = $root:literal { $($body:tt)* }) => {
        $crate::group! { @define [$root] $(#[$meta])* pub struct $name { $($body)* } }

        impl $crate::Message for $name {
            const INFO: &'static $crate::MessageInfo =
                &$crate::MessageInfo::new($root, stringify!($name), <$name as $crate::xml::Group>::FIELDS);
        }
    };
}

/// Defines the fields of a nested group or of a success body. See the module documentation.
macro_rules! group {
    // Struct, constructor, setters, reading and writing; common to messages and groups.
    (@define [$called:expr] $(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }) => {
        $crate::group! { @struct $(#[$meta])* pub struct $name { $($body)* } }
        impl $name {
            $crate::group! { @new [] [] $($body)* }
        }
        #[cfg(feature = "json")]
        $crate::json_twin!($name, $called);
    };
    (@struct $(#[$meta:meta])* pub struct $name:ident {
        $( $(#[$fmeta:meta])* pub $field:ident : $ty:ty = $wire:literal $(| $alias:literal)* $([ $($clause:tt)* ])? $(=> $body:ident)? ),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name { $( $(#[$fmeta])* pub $field: $ty, )* }

        impl $name {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](#structfield.", stringify!($field), ") (`", $wire, "`).")]
                #[must_use]
                pub fn $field(mut self, value: impl Into<$ty>) -> Self {
                    self.$field = value.into();
                    self
                }
            )*
        }

        impl $crate::xml::Group for $name {
            const FIELDS: &'static [$crate::xml::FieldInfo] = &[
                $( $crate::group! { @info $ty, $wire, $field, [ $($alias),* ] [ $($($clause)*)? ] [ $($body)? ] } ),*
            ];

            fn read(reader: &mut $crate::xml::GroupReader<'_, '_>) -> Result<Self, $crate::DecodeError> {
                let [$($field),*] = <Self as $crate::xml::Group>::FIELDS else {
                    unreachable!("FIELDS has one row per field")
                };
                $(
                    let info = $field;
                    let $field: $ty = $crate::group! { @read reader, info, $ty, [ $($($clause)*)? ] };
                    $crate::group! { @remark reader, info, $field, [ $($($clause)*)? ] }
                    $( let $body = $body.read_body(reader)?; )?
                )*
                let _ = reader;
                Ok(Self { $($field),* })
            }

            fn write(&self, writer: &mut dyn $crate::xml::FieldWriter) -> Result<(), $crate::EncodeError> {
                let [$($field),*] = <Self as $crate::xml::Group>::FIELDS else {
                    unreachable!("FIELDS has one row per field")
                };
                $(
                    $crate::group! { @write self, writer, $field, [ $($($clause)*)? ] }
                    $( self.$body.write_body(writer)?; )?
                )*
                let _ = writer;
                Ok(())
            }
        }
    };

    // The constructor: required fields are arguments, all others start at their neutral value.
    (@new [ $($arg:ident : $argty:ty,)* ] [ $($def:ident,)* ]) => {
        /// Makes one from its required fields; all others start at their neutral value.
        #[allow(clippy::too_many_arguments, clippy::new_without_default)]
        #[must_use]
        pub fn new($($arg: impl Into<$argty>),*) -> Self {
            Self { $($arg: $arg.into(),)* $($def: Default::default(),)* }
        }
    };
    (@new [ $($args:tt)* ] [ $($defs:tt)* ]
        $(#[$m:meta])* pub $f:ident : Option<$ty:ty> = $w:literal $(| $a:literal)* $([ $($c:tt)* ])? $(=> $b:ident)?, $($rest:tt)*
    ) => { $crate::group! { @new [ $($args)* ] [ $($defs)* $f, ] $($rest)* } };
    (@new [ $($args:tt)* ] [ $($defs:tt)* ]
        $(#[$m:meta])* pub $f:ident : Vec<$ty:ty> = $w:literal $(| $a:literal)* [ at_least $($c:tt)* ] $(=> $b:ident)?, $($rest:tt)*
    ) => { $crate::group! { @new [ $($args)* $f : Vec<$ty>, ] [ $($defs)* ] $($rest)* } };
    (@new [ $($args:tt)* ] [ $($defs:tt)* ]
        $(#[$m:meta])* pub $f:ident : Vec<$ty:ty> = $w:literal $(| $a:literal)* $([ $($c:tt)* ])? $(=> $b:ident)?, $($rest:tt)*
    ) => { $crate::group! { @new [ $($args)* ] [ $($defs)* $f, ] $($rest)* } };
    (@new [ $($args:tt)* ] [ $($defs:tt)* ]
        $(#[$m:meta])* pub $f:ident : $ty:ty = $w:literal $(| $a:literal)* [ absent $($c:tt)* ] $(=> $b:ident)?, $($rest:tt)*
    ) => { $crate::group! { @new [ $($args)* ] [ $($defs)* $f, ] $($rest)* } };
    (@new [ $($args:tt)* ] [ $($defs:tt)* ]
        $(#[$m:meta])* pub $f:ident : $ty:ty = $w:literal $(| $a:literal)* $([ $($c:tt)* ])? $(=> $b:ident)?, $($rest:tt)*
    ) => { $crate::group! { @new [ $($args)* $f : $ty, ] [ $($defs)* ] $($rest)* } };

    // One row of FIELDS.
    (@info $ty:ty, $wire:literal, $field:ident, [ $($alias:literal),* ] [ $($clause:tt)* ] [ $($body:ident)? ]) => {
        {
            let info = $crate::xml::FieldInfo::of::<$ty>($wire, stringify!($field), &[ $($alias),* ]);
            $( let info = $crate::xml::FieldInfo { body_follows: stringify!($body).len() > 0, ..info }; )?
            $crate::group! { @clauses info $($clause)* }
        }
    };
    (@clauses $info:ident) => { $info };
    (@clauses $info:ident absent E-$n:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { absent: Some($crate::Erratum($n)), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident missing E-$n:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { absent: Some($crate::Erratum($n)), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident only_if $other:ident is $value:expr, E-$n:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { only_if: Some($crate::Erratum($n)), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident begins_with $other:ident, E-$n:literal $(, $($rest:tt)*)?) => {
        $crate::group! { @clauses $info $($($rest)*)? }
    };
    (@clauses $info:ident within ($first:literal, $last:literal) E-$n:literal $what:literal $(, $($rest:tt)*)?) => {
        { let within = $crate::xml::Within::new($first, $last, $crate::Erratum($n), $what);
          let info = $crate::xml::FieldInfo { within: Some(within), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident without_blanks E-$n:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { without_blanks: Some($crate::Erratum($n)), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident received_only E-$n:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { received_only: Some($crate::Erratum($n)), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident at_least $n:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { at_least: $n, ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident at_most $n:literal E-$e:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { at_most: Some($n), at_most_erratum: Some($crate::Erratum($e)), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };
    (@clauses $info:ident at_most $n:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { at_most: Some($n), ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };

    (@clauses $info:ident unit $unit:literal $(, $($rest:tt)*)?) => {
        { let info = $crate::xml::FieldInfo { unit: $unit, ..$info };
          $crate::group! { @clauses info $($($rest)*)? } }
    };

    (@read $reader:ident, $info:ident, $ty:ty, [ absent $($c:tt)* ]) => {
        $reader.leaf_or_default::<$ty>($info)?
    };
    (@read $reader:ident, $info:ident, $ty:ty, [ missing $($c:tt)* ]) => {
        $reader.leaf_or_default::<$ty>($info)?
    };
    (@read $reader:ident, $info:ident, $ty:ty, [ only_if $other:ident is $value:expr, $($c:tt)* ]) => {
        $reader.conditional($info, $other == $value)?
    };
    (@read $reader:ident, $info:ident, $ty:ty, [ $($c:tt)* ]) => {
        <$ty as $crate::xml::Field>::read_field($reader, $info)?
    };

    (@remark $reader:ident, $info:ident, $field:ident, [ begins_with $other:ident, E-$n:literal $($c:tt)* ]) => {
        $reader.remark_prefix($info, $field.as_ref(), $other.as_ref(), $crate::Erratum($n))?;
    };
    (@remark $reader:ident, $info:ident, $field:ident, [ $($c:tt)* ]) => {};

    (@write $self:ident, $writer:ident, $field:ident, [ only_if $other:ident is $value:expr, $($c:tt)* ]) => {
        $crate::xml::write_conditional($self.$field.as_ref(), $field, $self.$other == $value, $writer)?;
    };
    (@write $self:ident, $writer:ident, $field:ident, [ $($c:tt)* ]) => {
        $crate::xml::Field::write_field(&$self.$field, $field, $writer)?;
    };

    ($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }) => {
        $crate::group! { @define [stringify!($name)] $(#[$meta])* pub struct $name { $($body)* } }

        impl $crate::xml::Entry for $name {}

        impl $crate::xml::Field for Option<$name> {
            const SHAPE: $crate::xml::Shape =
                $crate::xml::Shape::OptionalGroup(<$name as $crate::xml::Group>::FIELDS);

            fn read_field(
                reader: &mut $crate::xml::GroupReader<'_, '_>,
                info: &'static $crate::xml::FieldInfo,
            ) -> Result<Self, $crate::DecodeError> {
                reader.optional_group(info)
            }

            fn write_field(
                &self,
                info: &'static $crate::xml::FieldInfo,
                writer: &mut dyn $crate::xml::FieldWriter,
            ) -> Result<(), $crate::EncodeError> {
                match self {
                    Some(group) => writer.group(info, &mut |w| $crate::xml::Group::write(group, w)),
                    None => Ok(()),
                }
            }
        }
    };
}

pub(crate) use {group, message};

/// A test that the golden document of a message is read strictly and written back.
#[cfg(test)]
macro_rules! golden {
    ($name:ident, $message:ident, $file:literal) => {
        #[test]
        fn $name() {
            let pretty = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/", $file));
            let message: $message = $crate::decode_strict(pretty.as_bytes()).unwrap();
            let written = $crate::encode(&message, $crate::Profile::Spec).unwrap();
            let compact: String = pretty.lines().map(str::trim_start).collect();
            assert_eq!(String::from_utf8(written).unwrap(), compact);
        }
    };
}

#[cfg(test)]
pub(crate) use golden;
