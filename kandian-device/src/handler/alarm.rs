//! Alarm switches: 7CH, 7DH. Spec §7.5.32, §7.5.33, E-84, E-138, E-142.

use kandian_proto::message::device::{AlarmState, GetAlarmRequest, SetAlarmRequest};
use kandian_proto::value::AlarmType;

use super::{After, Refusal, Verdict, channel};
use crate::state::AlarmSource;
use crate::unit::Unit;

/// Arms or disarms a source.
pub(super) async fn set(unit: &Unit, request: &SetAlarmRequest) -> Verdict<After> {
    let (armed, source) =
        (request.alarm_flag, source(unit, request.channel_no, request.alarm_type, request.dido_no)?);
    let changed = unit.change(|state| {
        if armed {
            state.disarmed.remove(&source)
        } else {
            state.disarmed.insert(source)
        };
        Ok(After::Nothing)
    });
    let after = changed.await?;
    unit.hardware.alarms.arm(source, armed);
    Ok(after)
}

/// Whether a source is armed.
pub(super) fn get(unit: &Unit, request: &GetAlarmRequest) -> Verdict<AlarmState> {
    let source = source(unit, request.channel_no, request.alarm_type, request.dido_no)?;
    Ok(AlarmState::new(!unit.store.read().disarmed.contains(&source)))
}

/// The source that a request names, when the device has it.
fn source(unit: &Unit, channel_no: u16, kind: AlarmType, input: Option<u16>) -> Verdict<AlarmSource> {
    let channel = channel(unit, channel_no)?;
    if !kind.is_known() {
        return Err(Refusal::wrong("R-7.103", format!("there is no alarm type {kind}")));
    }
    // The number means something for digital inputs only (E-138).
    let input = input.filter(|_| kind == AlarmType::DIGITAL_INPUT);
    if kind == AlarmType::DIGITAL_INPUT && input.is_none() {
        return Err(Refusal::wrong("E-138", "no digital input is named"));
    }
    let source = AlarmSource { channel, kind, input };
    if unit.has_source(source) {
        return Ok(source);
    }
    let number = input.map(|input| format!(" number {input}")).unwrap_or_default();
    Err(Refusal::missing("E-84", format!("the device has no source {kind}{number}")))
}

/// Every source of the device, and whether it is armed.
pub(crate) fn sources(unit: &Unit) -> Vec<(AlarmSource, bool)> {
    let model = &unit.config.model;
    let state = unit.store.read();
    let kinds = [AlarmType::MOTION, AlarmType::INFRARED, AlarmType::MANUAL].map(|kind| (kind, None));
    let inputs = (0..model.dido).map(|input| (AlarmType::DIGITAL_INPUT, Some(input)));
    let all = kinds.into_iter().chain(inputs).collect::<Vec<_>>();
    let of_channel =
        |channel| all.iter().map(move |(kind, input)| AlarmSource { channel, kind: *kind, input: *input });
    let sources = (0..model.channels).flat_map(of_channel).filter(|source| unit.has_source(*source));
    sources.map(|source| (source, !state.disarmed.contains(&source))).collect()
}
