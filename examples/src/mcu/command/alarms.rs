//! Alarms, and their sources. Spec §8.16, §8.17, §8.19; E-138, E-163, E-164.

use kandian_proto::message::client::{Alarm, AlarmPage, GetAlarmRequest, QueryAlarmRequest, SetAlarmRequest};
use kandian_proto::time::{Timestamp, TimestampOrEmpty};
use kandian_proto::value::{AlarmType, PageNo};
use kandian_proto::{DevId, DevIdOrAll};
use serde_json::{Value, json};

use crate::mcu::args::{Alarms, Source};
use crate::mcu::client::Client;
use crate::mcu::failure::Failure;
use crate::mcu::output::Output;
use crate::mcu::soap::Answer;
use crate::mcu::table::table;
use crate::mcu::words::Lang;

/// Entries of a page.
const PAGE: u32 = 10;
/// Most pages that are read in one go.
const MOST_PAGES: u32 = 10_000;

pub(super) async fn run(client: &mut Client, args: Alarms, output: Output) -> Result<(), Failure> {
    match args {
        Alarms::List { device, channel, since, until, page, all } => {
            let window = Window { device, channel, since, until };
            if all { every(client, window, output).await } else { one(client, window, page, output).await }
        }
        Alarms::State(source) => state(client, source, output).await,
        Alarms::Arm(source) => switch(client, source, true, output).await,
        Alarms::Disarm(source) => switch(client, source, false, output).await,
    }
}

/// What is searched.
#[derive(Clone, Copy, Debug)]
struct Window {
    device: Option<DevId>,
    channel: Option<u16>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Window {
    async fn page(self, client: &mut Client, number: u32) -> Result<Answer<AlarmPage>, Failure> {
        client
            .ask(|account, session| {
                let mut request = QueryAlarmRequest::new(account, session);
                request.dev_id = DevIdOrAll::from(self.device);
                request.channel_no = self.channel;
                request.start_time = TimestampOrEmpty(self.since);
                request.end_time = TimestampOrEmpty(self.until);
                request.page_no = PageNo(number);
                request
            })
            .await
    }
}

async fn one(client: &mut Client, window: Window, number: u32, output: Output) -> Result<(), Failure> {
    let answer = window.page(client, number).await?;
    let AlarmPage { total_alarm_num: total, alarms, .. } = &answer.content;
    let pages = total.div_ceil(PAGE);
    let mut text = match output.lang {
        Lang::En => format!("{total} alarms; page {number} of {pages}\n"),
        Lang::Zh => format!("共 {total} 条报警；第 {number} 页，共 {pages} 页\n"),
    };
    text.push_str(&shown(alarms, output.lang));
    output.done(&text, json!({"answer": answer.json}));
    Ok(())
}

async fn every(client: &mut Client, window: Window, output: Output) -> Result<(), Failure> {
    let (mut alarms, mut entries) = (Vec::new(), Vec::new());
    for number in 1..=MOST_PAGES {
        let mut answer = window.page(client, number).await?;
        let is_last =
            answer.content.alarms.is_empty() || number >= answer.content.total_alarm_num.div_ceil(PAGE);
        alarms.append(&mut answer.content.alarms);
        if let Some(Value::Array(more)) = answer.json.get_mut("Alarm") {
            entries.append(more);
        }
        if is_last {
            break;
        }
    }
    let mut text = match output.lang {
        Lang::En => format!("{} alarms\n", alarms.len()),
        Lang::Zh => format!("共 {} 条报警\n", alarms.len()),
    };
    text.push_str(&shown(&alarms, output.lang));
    output.done(&text, json!({"answer": {"TotalAlarmNum": entries.len(), "Alarm": entries}}));
    Ok(())
}

fn shown(alarms: &[Alarm], lang: Lang) -> String {
    if alarms.is_empty() {
        return String::new();
    }
    let head = match lang {
        Lang::En => ["time", "kind", "name", "input"],
        Lang::Zh => ["时间", "类型", "名称", "开关量"],
    };
    let rows: Vec<_> = alarms.iter().map(|alarm| row(alarm, lang)).collect();
    table(&head, &rows)
}

fn row(alarm: &Alarm, lang: Lang) -> Vec<String> {
    let at = alarm.alarm_time;
    let time = format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    vec![time, kind(alarm.alarm_type, lang), alarm.dev_name.clone(), alarm.dido_name.clone()]
}

fn kind(kind: AlarmType, lang: Lang) -> String {
    match (kind.name_en(), kind.name_zh()) {
        (Some(en), Some(zh)) => lang.pick(en, zh).to_owned(),
        _ => kind.0.to_string(),
    }
}

async fn state(client: &mut Client, source: Source, output: Output) -> Result<(), Failure> {
    let answer = client
        .ask(|account, session| {
            let Source { at, kind, .. } = source;
            let mut request =
                GetAlarmRequest::new(account, session, at.device, at.channel, AlarmType::from(kind));
            request.dido_no = input(source);
            request
        })
        .await?;
    let is_armed = answer.content.alarm_flag;
    let text = if is_armed {
        output.lang.pick("armed", "已布防")
    } else {
        output.lang.pick("disarmed", "已撤防")
    };
    let name = kind(source.kind.into(), output.lang);
    output.done(&format!("{name}: {text}"), json!({"answer": answer.json}));
    Ok(())
}

async fn switch(client: &mut Client, source: Source, arm: bool, output: Output) -> Result<(), Failure> {
    client
        .ask(|account, session| {
            let Source { at, kind, .. } = source;
            let mut request =
                SetAlarmRequest::new(account, session, at.device, at.channel, AlarmType::from(kind), arm);
            request.dido_no = input(source);
            request
        })
        .await?;
    if arm {
        output.obeyed("armed", "已布防");
    } else {
        output.obeyed("disarmed", "已撤防");
    }
    Ok(())
}

/// E-138: only digital inputs have a number.
fn input(source: Source) -> Option<u16> {
    source.input.filter(|_| AlarmType::from(source.kind) == AlarmType::DIGITAL_INPUT)
}
