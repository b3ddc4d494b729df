//! Names of recordings and pictures: what is written, what is read, and what never becomes part of a path.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Component, Path};

use kandian_proto::name::*;
use kandian_proto::time::Timestamp;
use kandian_proto::{DevId, Erratum};
use proptest::prelude::*;

const ALL: [Purpose; 4] =
    [Purpose::CloudRecording, Purpose::CloudPicture, Purpose::LocalRecording, Purpose::FtpPicture];

fn name(purpose: Purpose) -> FileName {
    let taken = "20140318103000".parse().unwrap();
    FileName::new(purpose, "81100000001".parse().unwrap(), 0, taken).unwrap()
}

/// The name is read in one of the two readings only, as `meant`, with this erratum.
#[track_caller]
fn tolerates(purpose: Purpose, text: &str, meant: FileName, erratum: u16) {
    assert!(FileName::parse(purpose, text).is_err(), "{text}");
    let read = FileName::tolerate(purpose, text).map(|read| (read.value, read.erratum));
    assert_eq!(read, Some((meant, Some(Erratum(erratum)))), "{text}");
    assert_eq!(FileName::read(purpose, text), Some(meant), "{text}");
}

#[track_caller]
fn is_opaque(purpose: Purpose, text: &str) {
    assert!(FileName::parse(purpose, text).is_err(), "{text}");
    assert_eq!(FileName::tolerate(purpose, text), None, "{text}");
    assert_eq!(FileName::read(purpose, text), None, "{text}");
}

// E-13, E-43, E-44, E-45
#[test]
fn each_purpose_has_its_ending() {
    for (purpose, ending) in ALL.into_iter().zip(["ts", "jpg", "ts", "JPG"]) {
        let written = name(purpose).to_string();
        assert_eq!(written, format!("81100000001_0_20140318103000.{ending}"));
        assert_eq!(FileName::parse(purpose, &written), Ok(name(purpose)));
        assert_eq!(check_component(&written), Ok(()));
    }
}

// E-45
#[test]
fn a_device_may_record_in_a_container_of_its_own() {
    let mp4 = name(Purpose::LocalRecording).with_extension("mp4".parse().unwrap());
    assert_eq!(mp4.to_string(), "81100000001_0_20140318103000.mp4");
    assert_eq!(FileName::parse(Purpose::LocalRecording, &mp4.to_string()), Ok(mp4));
    is_opaque(Purpose::CloudRecording, &mp4.to_string());
    is_opaque(Purpose::LocalRecording, "81100000001_0_20140318103000.jpg");
}

// E-45
#[test]
fn names_of_recordings_may_be_opaque_and_still_safe() {
    for text in ["ch01_00000000017000000", "0", "1234.mp4", "录像-1.ts"] {
        is_opaque(Purpose::LocalRecording, text);
        assert_eq!(check_component(text), Ok(()), "{text}");
    }
}

// E-44
#[test]
fn endings_of_pictures_are_read_in_any_case_and_with_blanks() {
    for purpose in [Purpose::CloudPicture, Purpose::FtpPicture] {
        for ending in ["jpg", "JPG", "Jpg", "jpeg", "JPEG", "jPeG"] {
            let text = format!("81100000001_0_20140318103000.{ending}");
            if ending == purpose.extension().as_str() {
                assert_eq!(FileName::parse(purpose, &text), Ok(name(purpose)));
            } else {
                tolerates(purpose, &text, name(purpose), 44);
            }
        }
        let ending = purpose.extension();
        tolerates(purpose, &format!("81100000001_0_20140318103000. {ending}"), name(purpose), 44);
        tolerates(purpose, &format!(" 81100000001_0_20140318103000 .{ending} "), name(purpose), 44);
        for ending in ["ts", "png", "jpe", "jpg2", "jpg.exe", "jpg\0", ""] {
            is_opaque(purpose, &format!("81100000001_0_20140318103000.{ending}"));
        }
    }
    let mut capital = String::from("81100000001_0_20140318103000.TS");
    tolerates(Purpose::CloudRecording, &capital, name(Purpose::CloudRecording), 44);
    capital.truncate(capital.len() - 3);
    is_opaque(Purpose::CloudRecording, &capital);
}

// E-13
#[test]
fn twelve_digits_have_no_seconds() {
    tolerates(Purpose::FtpPicture, "81100000001_0_201403181030.JPG", name(Purpose::FtpPicture), 13);
    for time in ["2014031810300", "201403181030000", "20140230103000", "20140318243000", "2014031810300x"] {
        is_opaque(Purpose::FtpPicture, &format!("81100000001_0_{time}.JPG"));
    }
}

// E-09
#[test]
fn a_padded_channel() {
    tolerates(Purpose::FtpPicture, "81100000001_00_20140318103000.JPG", name(Purpose::FtpPicture), 9);
}

// E-15, E-21
#[test]
fn channels_and_ids() {
    let read = FileName::read(Purpose::LocalRecording, "112X1234590_65535_20140318103000.ts").unwrap();
    assert_eq!((read.dev_id().as_str(), read.channel_no()), ("112X1234590", 65_535));
    for stem in [
        "_0_20140318103000",
        "81100000001__20140318103000",
        "81100000001_65536_20140318103000",
        "81100000001_-1_20140318103000",
        "81100000001_+1_20140318103000",
        "81100000001_0_20140318103000_1",
        "81100000001_20140318103000",
        "811-0000001_0_20140318103000",
        "../1_0_20140318103000",
        "",
    ] {
        is_opaque(Purpose::LocalRecording, &format!("{stem}.ts"));
    }
    is_opaque(Purpose::LocalRecording, &format!("{}_0_20140318103000.ts", "9".repeat(33)));
    assert!(
        FileName::new(Purpose::FtpPicture, DevId::default(), 0, name(Purpose::FtpPicture).time()).is_err()
    );
}

// E-141
#[test]
fn a_directory_in_front_is_no_part_of_a_name() {
    is_opaque(Purpose::FtpPicture, "2014/81100000001_0_20140318103000.JPG");
    is_opaque(Purpose::FtpPicture, "\\81100000001_0_20140318103000.JPG");
}

// E-44
#[test]
fn a_file_is_looked_up_without_regard_to_case() {
    let named = "81100000001_0_20140318103000. JPG";
    assert!(same_file(named, "81100000001_0_20140318103000.jpg"));
    assert!(same_file("A.JPG", "a.jpg"));
    assert!(!same_file(named, "81100000001_1_20140318103000.jpg"));
    assert!(!same_file("a.jpg", "a.jpeg"));
    // Only ASCII letters are folded: `ſ` and `K` are other characters.
    assert!(!same_file("ſ.jpg", "s.jpg"));
}

#[test]
fn endings() {
    assert_eq!(Extension::new("12345678").map(|e| e.to_string()).as_deref(), Ok("12345678"));
    for text in ["", "123456789", ".ts", "t s", "ts\0", "é"] {
        assert!(Extension::new(text).is_err(), "{text:?}");
    }
    assert_eq!(format!("{:?}", Extension::JPG_CAPITAL), "Extension(JPG)");
    assert!(Extension::JPG < Extension::TS);
    assert!(Purpose::LocalRecording.suits(Extension::TS) && !Purpose::LocalRecording.suits(Extension::JPG));
}

// E-45, E-141
#[test]
fn hostile_names_never_become_part_of_a_path() {
    use Hazard::*;
    let separator = |character, offset| Separator { character, offset };
    let control = |character, offset| Control { character, offset };
    for (text, hazard) in [
        ("", Empty),
        (".", LeadingDot),
        ("..", LeadingDot),
        ("../a", LeadingDot),
        (".htaccess", LeadingDot),
        ("...", LeadingDot),
        ("/", separator('/', 0)),
        ("/etc/passwd", separator('/', 0)),
        ("a/../b", separator('/', 1)),
        ("a\\b", separator('\\', 1)),
        ("C:a", separator(':', 1)),
        ("a.jpg::$DATA", separator(':', 5)),
        ("a*", separator('*', 1)),
        ("a?", separator('?', 1)),
        ("a\"", separator('"', 1)),
        ("<a", separator('<', 0)),
        ("a>", separator('>', 1)),
        ("a|b", separator('|', 1)),
        ("a\0.jpg", control('\0', 1)),
        ("a\n", control('\n', 1)),
        ("\ra", control('\r', 0)),
        ("a\u{7f}", control('\u{7f}', 1)),
        ("图\u{85}", control('\u{85}', 3)),
        ("a\u{202e}gpj.exe", control('\u{202e}', 1)),
        ("a\u{2066}", control('\u{2066}', 1)),
        ("\u{feff}a", control('\u{feff}', 0)),
        ("a\u{200b}", control('\u{200b}', 1)),
        ("a\u{2028}", control('\u{2028}', 1)),
        ("a..b", DoubleDot { offset: 1 }),
        ("a..", DoubleDot { offset: 1 }),
        ("a.", TrailingDotOrBlank),
        ("a ", TrailingDotOrBlank),
        (" ", TrailingDotOrBlank),
        ("CON", Reserved),
        ("con.ts", Reserved),
        ("NuL .tar.gz", Reserved),
        ("aux.JPG", Reserved),
        ("PRN", Reserved),
        ("COM1", Reserved),
        ("lpt9.ts", Reserved),
        ("COM².ts", Reserved),
        ("CONIN$", Reserved),
    ] {
        assert_eq!(check_component(text), Err(hazard), "{text:?}");
        assert!(!hazard.to_string().is_empty());
    }
    for text in [
        "a",
        "-",
        "a b.jpg",
        "a.b.c",
        "CONS",
        "COM",
        "COM10",
        "XCOM1",
        "COMA.ts",
        "nul_1.jpg",
        "文件.jpg",
        "%2e%2e%2f",
    ] {
        assert_eq!(check_component(text), Ok(()), "{text:?}");
    }
}

// E-37
#[test]
fn over_long_names_are_refused_and_those_of_the_specification_are_not() {
    assert_eq!(check_component(&"a".repeat(MAX_COMPONENT_BYTES)), Ok(()));
    let long = "a".repeat(MAX_COMPONENT_BYTES + 1);
    assert_eq!(check_component(&long), Err(Hazard::TooLong { bytes: 201 }));
    // Bytes count, not characters.
    assert_eq!(check_component(&"图".repeat(67)), Err(Hazard::TooLong { bytes: 201 }));
    let id = DevId::new(&"9".repeat(32)).unwrap();
    let longest = FileName::new(Purpose::LocalRecording, id, u16::MAX, name(ALL[0]).time()).unwrap();
    let longest = longest.with_extension(Extension::new("12345678").unwrap()).to_string();
    assert_eq!(longest.len(), 63 - 1);
    assert_eq!(check_component(&longest), Ok(()));
}

fn purposes() -> impl Strategy<Value = Purpose> {
    prop::sample::select(ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    // E-45
    #[test]
    fn arbitrary_names_never_panic(purpose in purposes(), text in any::<String>(), other in any::<String>()) {
        let _ = FileName::read(purpose, &text);
        let _ = check_component(&text);
        let _ = same_file(&text, &other);
        let _ = Extension::new(&text);
        prop_assert!(same_file(&text, &text));
    }

    // Near misses, which arbitrary text is not.
    #[test]
    fn almost_names_never_panic(purpose in purposes(), text in "[0-9A-Za-z ]{0,12}_[0-9+ ]{0,6}_[0-9]{11,15}\\.{0,2}[ jJpPeEgGtTsS.]{0,6}") {
        if let Some(read) = FileName::read(purpose, &text) {
            // What was understood is written canonically and read back as itself.
            prop_assert_eq!(FileName::parse(purpose, &read.to_string()), Ok(read));
            prop_assert_eq!(check_component(&read.to_string()), Ok(()));
        }
    }

    //
    #[test]
    fn every_name_is_read_back(
        purpose in purposes(),
        id in "[0-9A-Za-z]{1,32}",
        channel_no in any::<u16>(),
        seconds in -62_135_596_800_i64..=253_402_300_799,
    ) {
        let time = Timestamp::from_unix(seconds, 0).unwrap();
        let name = FileName::new(purpose, DevId::new(&id).unwrap(), channel_no, time).unwrap();
        let text = name.to_string();
        prop_assert_eq!(FileName::parse(purpose, &text), Ok(name));
        prop_assert_eq!(name.dev_id(), DevId::new(&id).unwrap());
        prop_assert_eq!((name.channel_no(), name.time()), (channel_no, time));
        prop_assert_eq!(check_component(&text), Ok(()));
    }

    // E-141
    #[test]
    fn an_accepted_name_is_one_component_below_its_directory(text in "[a-zA-Z0-9./\\\\: \u{0}-\u{20}~_图-]{0,20}") {
        if check_component(&text).is_ok() {
            let path = Path::new("/srv/pictures").join(&text);
            prop_assert_eq!(path.components().count(), 4);
            prop_assert_eq!(path.components().next_back(), Some(Component::Normal(text.as_ref())));
            prop_assert_eq!(path.parent(), Some(Path::new("/srv/pictures")));
        }
    }
}
