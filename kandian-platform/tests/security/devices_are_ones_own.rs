use kandian_platform::store::{Right, Rights, Share};
use kandian_proto::Operation;
use kandian_proto::time::UnixMillis;

use super::calls::{call, fields, operations, result};
use super::camera::Camera;
use super::phone::{ANNA, BERT, CAMERA, anna, session, world};
use super::sessions_are_checked::was_left_alone;
use super::world::World;

async fn share(world: &World, rights: Rights, expires_at: Option<UnixMillis>) {
    let app = world.platform.app();
    let share = Share { device: CAMERA.parse().unwrap(), account: BERT.parse().unwrap(), rights, expires_at };
    assert!(app.store.share(ANNA.parse().unwrap(), share, app.clock.wall()).await.unwrap());
}

/// The operations that name a device, by somebody who is logged in and must not use this one.
async fn are_refused(world: &World, bert: &str, expected: impl Fn(Operation) -> &'static str) {
    for operation in operations() {
        if !fields(operation).any(|(field, _)| field.name == "DevID") {
            continue;
        }
        if let Some(answer) = result(world, &call(operation, BERT, bert, None)).await {
            assert_eq!(answer, expected(operation.operation), "{}", operation.id);
        }
    }
}

/// What is bound is bound, whoever asks; for everything else there is no such device.
fn unknown(operation: Operation) -> &'static str {
    if operation == Operation::ClientAddDevice { "6" } else { "3" }
}

/// E-157, E-158: every operation on another user's device is answered as if there were none, and reaches nobody.
#[tokio::test]
async fn and_nobody_elses() {
    let world = world().await;
    let (_anna, bert) = (anna(&world).await, session(&world, BERT).await);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    are_refused(&world, &bert, unknown).await;
    was_left_alone(&mut camera).await;
}

/// The same when it was shared, and the time is over.
#[tokio::test]
async fn when_a_share_has_ended() {
    let world = world().await;
    let (_anna, bert) = (anna(&world).await, session(&world, BERT).await);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let now = world.platform.app().clock.wall();
    share(&world, Rights::ALL, Some(now)).await;
    are_refused(&world, &bert, unknown).await;
    was_left_alone(&mut camera).await;
}

/// A guest does what it was shared for; what is the owner's, and what it was not shared for, is 255.
#[tokio::test]
async fn and_guests_have_their_rights() {
    let world = world().await;
    let (_anna, bert) = (anna(&world).await, session(&world, BERT).await);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    // No operation of chapter 8 is for this right (E-95).
    share(&world, Rights::from_iter([Right::Playback]), None).await;
    let refused = |operation| if operation == Operation::ClientAddDevice { "6" } else { "255" };
    are_refused(&world, &bert, refused).await;
    was_left_alone(&mut camera).await;
    // With all of them, what is the owner's stays his.
    share(&world, Rights::ALL, None).await;
    for operation in operations() {
        let owners = [
            Operation::ClientDelDevice,
            Operation::ClientSetChannel,
            Operation::ClientGetWifi,
            Operation::ClientSetWifi,
            Operation::ClientReboot,
            Operation::ClientUpgrade,
            Operation::ClientSetAlarm,
            Operation::ClientSetName,
        ];
        if owners.contains(&operation.operation)
            && let Some(answer) = result(&world, &call(operation, BERT, &bert, None)).await
        {
            assert_eq!(answer, "255", "{}", operation.id);
        }
    }
    was_left_alone(&mut camera).await;
}
