//! The cameras of a recorder: 6EH to 71H. Spec §7.5.18 to §7.5.21, E-127 to E-129.

use kandian_proto::message::device::{
    Bindings, BoundChannel, NvrDelIpcamRequest, NvrLinkIpcamRequest, NvrModifyIpcamRequest, Onvif,
};
use kandian_proto::value::Port;

use super::{After, Refusal, Verdict, channel};
use crate::state::Binding;
use crate::unit::Unit;

/// Binds a camera to a channel that has none, or updates the one it has., E-127.
///
/// A camera is on one channel at a time: 6FH finds the channel by the camera.
pub(super) async fn link(unit: &Unit, request: &NvrLinkIpcamRequest) -> Verdict<After> {
    let channel = channel(unit, request.channel_no)?;
    let NvrLinkIpcamRequest { ipcam_dev_id: camera, ipcam_local_ip: address, onvif_account, .. } = request;
    let binding = Binding {
        camera: *camera,
        address: address.clone(),
        onvif: onvif(request.onvif_port, onvif_account, &request.onvif_password)?,
    };
    let changed = unit.change(|state| {
        let other = state.bindings.get(&channel).filter(|bound| bound.camera != *camera);
        if let Some(bound) = other {
            let why = format!("channel {channel} has camera {}; unbind it first", bound.camera);
            return Err(Refusal::wrong("E-127", why));
        }
        let elsewhere = state.bindings.iter().find(|(at, b)| **at != channel && b.camera == *camera);
        if let Some((at, _)) = elsewhere {
            return Err(Refusal::wrong("R-7.83", format!("camera {camera} is on channel {at} already")));
        }
        state.bindings.insert(channel, binding);
        Ok(After::Nothing)
    });
    changed.await
}

/// Updates the channel that has the camera; changes nothing when none has., E-128.
pub(super) async fn modify(unit: &Unit, request: &NvrModifyIpcamRequest) -> Verdict<After> {
    let camera = request.ipcam_dev_id;
    let onvif = onvif(request.onvif_port, &request.onvif_account, &request.onvif_password)?;
    let changed = unit.change(|state| {
        let bound = state.bindings.values_mut().find(|bound| bound.camera == camera);
        let missing = || Refusal::missing("E-128", format!("no channel has camera {camera}"));
        *bound.ok_or_else(missing)? = Binding { camera, address: request.ipcam_local_ip.clone(), onvif };
        Ok(After::Nothing)
    });
    changed.await
}

/// Takes the camera and the record policies of a channel away; recordings stay., E-129.
pub(super) async fn delete(unit: &Unit, request: &NvrDelIpcamRequest) -> Verdict<After> {
    let channel = channel(unit, request.channel_no)?;
    let changed = unit.change(|state| {
        // A channel without a camera is unbound already (E-129).
        if state.bindings.remove(&channel).is_some() {
            state.plan.unbind_channel(channel);
        }
        Ok(After::Nothing)
    });
    changed.await
}

/// The channels that have a camera.
pub(super) fn query(unit: &Unit) -> Bindings {
    let state = unit.store.read();
    let channels = state.bindings.iter().map(|(channel, bound)| BoundChannel::new(*channel, bound.camera));
    Bindings::new().channels(channels.collect::<Vec<_>>())
}

fn onvif(port: Port, account: &str, password: &kandian_proto::Secret) -> Verdict<Onvif> {
    if port.get().is_none() {
        return Err(Refusal::wrong("R-7.81", "the camera has no ONVIF port"));
    }
    Ok(Onvif::new(port, account, password.clone()))
}
