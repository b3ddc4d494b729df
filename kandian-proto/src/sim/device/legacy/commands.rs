//! How a recorder of 2014 answers commands: mostly yes, often without doing anything, sometimes not at all.

use kandian_codec::Command;

use super::{Legacy, document_of, number_in};

/// What becomes of a command.
pub(super) enum Reply {
    /// Dropped without a word.
    Silence,
    Now(String),
    /// After reading an index on disk.
    Later(String),
    /// The whole process formats the disk then.
    ThenFormat(String),
    ThenReboot(String),
}

/// The reply to a command. The request is hardly looked at.
pub(super) fn reply(recorder: &mut Legacy, command: Command, request: &str) -> Reply {
    // A reboot does not even look whether there is a document.
    if command == Command::REBOOT {
        return Reply::ThenReboot(done(recorder, "REBOOT_RES"));
    }
    if !request.contains("<DevID>") {
        return Reply::Silence;
    }
    match command {
        Command::VIDEO_PTZ => Reply::Now(done(recorder, "VIDEO_PTZ_RES")),
        Command::SET_CHANNEL => Reply::Now(done(recorder, "SET_CHANNEL_RES")),
        Command::GET_CHANNEL => Reply::Now(channel(recorder, request)),
        Command::SET_RECORD_FULL => Reply::Now(done(recorder, "SET_RECORD_FULL_RES")),
        Command::GET_RECORD_FULL => {
            Reply::Now(success(recorder, "GET_RECORD_FULL_RES", "<RecordFull>1</RecordFull>"))
        }
        Command::ADD_RECORD_POLICY => Reply::Now(done(recorder, "ADD_RECORD_POLICY_RES")),
        Command::DEL_RECORD_POLICY => Reply::Now(done(recorder, "DEL_RECORD_POLICY_RES")),
        Command::QUERY_RECORD_POLICY => Reply::Now(policies(recorder)),
        Command::FILE_QUERY => files(recorder),
        Command::STORE_QUERY => Reply::Now(
            success(recorder, "STORE_QUERY_RES", "<TotalSize>953869</TotalSize><FreeSize>1024</FreeSize>")
                .replace("<Result>0<", "<Result>1<"),
        ),
        Command::STORE_FORMAT => Reply::ThenFormat(success(
            recorder,
            "STORE_FORMAT_RES",
            "<TotalSize>953869</TotalSize><FreeSize>1024</FreeSize>",
        )),
        Command::UPGRADE => {
            // The fetch will fail, and is reported until somebody confirms it.
            recorder.exception = true;
            Reply::Now(done(recorder, "UPGRADE_RES"))
        }
        // Wi-Fi, picture policies, alarms, logs, and every command word it does not know.
        _ => Reply::Silence,
    }
}

fn success(recorder: &Legacy, root: &str, body: &str) -> String {
    document_of(&format!("<{root}><Result>0</Result><DevID>{}</DevID>{body}</{root}>", recorder.id))
}

fn done(recorder: &Legacy, root: &str) -> String {
    success(recorder, root, "")
}

/// Values from memory that nobody wrote, and now and then no bit rate at all.
fn channel(recorder: &mut Legacy, request: &str) -> String {
    if !matches!(number_in(request, "StreamType"), 1 | 2) {
        return document_of("<GET_CHANNEL_RES><Result>1</Result></GET_CHANNEL_RES>");
    }
    let bit_rate = match recorder.random.below(20) {
        0 => "<BitRate />".to_owned(),
        n => format!("<BitRate>{}</BitRate>", 1 + n % 13),
    };
    let (rate, kind) = (recorder.random.below(256), 1 + recorder.random.below(256));
    let audio = recorder.random.below(256);
    let body = format!(
        "<FrameSize>3</FrameSize><FrameRate>{rate}</FrameRate><RateType>{kind}</RateType>{bit_rate}\
         <AudioInput>{audio}</AudioInput>"
    );
    success(recorder, "GET_CHANNEL_RES", &body)
}

/// Up to 28 policies, which do not fit its buffer: the document is cut in the middle of an element.
fn policies(recorder: &mut Legacy) -> String {
    let count = if recorder.random.below(10) == 0 { 28 } else { recorder.random.below(8) };
    let mut body = String::new();
    for n in 0..count {
        body += &format!(
            "<WeekPolicy><PolicyID>{}{}</PolicyID><StoreType>0</StoreType><StreamType>0</StreamType><Week>{}</Week>\
             <StartTime>8:0</StartTime><EndTime>23:59</EndTime></WeekPolicy>",
            n / 7,
            n % 7 + 1,
            n % 7 + 1,
        );
    }
    let mut document = success(recorder, "QUERY_RECORD_POLICY_RES", &body);
    // ASCII throughout, so any place is a border of characters.
    document.truncate(4_095);
    document
}

/// Nothing found means nothing said. The total stands behind the files, and times have fourteen digits.
fn files(recorder: &mut Legacy) -> Reply {
    let total = recorder.random.below(40);
    if total < 20 {
        return Reply::Silence;
    }
    let mut body = String::new();
    for n in 0..10 {
        body += &format!(
            "<File><FileName>ch01_0000000001700{n:04}</FileName><FileSize>1048576</FileSize>\
             <StartTime>2014031810{n:02}00</StartTime><EndTime>2014031810{n:02}59</EndTime></File>"
        );
    }
    body += &format!("<TotalRecordNum>{total}</TotalRecordNum>");
    Reply::Later(success(recorder, "FILE_QUERY_RES", &body))
}
