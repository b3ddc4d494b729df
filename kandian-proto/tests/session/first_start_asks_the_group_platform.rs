use kandian_proto::session::Exchange;
use kandian_proto::session::device::{Config, Event, Obstacle, Restart, Saved};
use kandian_proto::value::RedirectResult;

use super::world::{Delivery, Entry, GROUP, PROVINCE, Script, World, config, not_redirected};

fn fresh() -> Config {
    let mut config = config();
    config.province_url = None;
    config.group_url = Some(GROUP.parse().unwrap());
    config
}

fn exchanges(world: &World) -> Vec<Exchange> {
    world.pick(|e| match e {
        Entry::Http(exchange) => Some(*exchange),
        _ => None,
    })
}

fn saved() -> Saved {
    Saved { province_url: Some(PROVINCE.parse().unwrap()) }
}

/// redirect, save, register.
#[test]
fn and_registers_with_the_province() {
    let mut world = World::new(fresh(), Script::default(), Delivery::Whole);
    world.run_for(1);
    assert_eq!(exchanges(&world), [Exchange::Redirect, Exchange::Register]);
    assert!(world.log.iter().any(|(_, e)| *e == Entry::Device(Event::Save(saved()))));
    assert!(world.device.is_online());
}

/// a manual address: a saved one. The group platform is not asked, over ten restarts.
#[test]
fn not_when_a_province_is_known() {
    let mut with_saved = fresh();
    with_saved.saved = saved();
    let mut manual = fresh();
    manual.province_url = Some(PROVINCE.parse().unwrap());
    for config in [with_saved, manual] {
        let mut world = World::new(config, Script::default(), Delivery::Whole);
        for _ in 0..10 {
            world.run_for(60);
            let now = world.moment();
            world.device.restart(now, Restart::Reboot);
        }
        world.run_for(60);
        assert_eq!(exchanges(&world), [Exchange::Register; 11]);
    }
}

/// E-29, E-27: one request per start, whatever the failure; a restart permits one more.
#[test]
fn once_per_start() {
    type Answer = fn() -> Option<(u16, Vec<u8>)>;
    let cases: [(Answer, Obstacle); 6] = [
        (|| None, Obstacle::NoAnswer),
        (|| Some((401, Vec::new())), Obstacle::NotAssigned),
        (|| Some((401, not_redirected(RedirectResult(1)))), Obstacle::NotAssigned),
        (|| Some((200, not_redirected(RedirectResult(1)))), Obstacle::NotAssigned),
        (|| Some((200, not_redirected(RedirectResult(255)))), Obstacle::Redirect(RedirectResult(255))),
        (|| Some((302, Vec::new())), Obstacle::Status(302)),
    ];
    for (answer, obstacle) in cases {
        let script = Script { redirect: Box::new(answer), ..Script::default() };
        let mut world = World::new(fresh(), script, Delivery::Whole);
        world.run_for(3600);
        assert_eq!(exchanges(&world), [Exchange::Redirect]);
        let told = Entry::Device(Event::Unassigned(obstacle.clone()));
        assert!(world.log.iter().any(|(_, e)| *e == told), "{obstacle:?}: {:?}", world.log);
        let now = world.moment();
        world.device.restart(now, Restart::Reboot);
        world.run_for(3600);
        assert_eq!(exchanges(&world), [Exchange::Redirect; 2]);
    }
}

/// E-30: a reset erases the saved address, and the group platform is asked again; a reboot does not.
#[test]
fn again_after_a_reset() {
    let mut world = World::new(fresh(), Script::default(), Delivery::Whole);
    world.run_for(60);
    world.log.clear();
    let now = world.moment();
    world.device.restart(now, Restart::Reset);
    world.run_for(60);
    assert_eq!(exchanges(&world), [Exchange::Redirect, Exchange::Register]);
    let saves = world.pick(|e| match e {
        Entry::Device(Event::Save(saved)) => Some(saved.clone()),
        _ => None,
    });
    assert_eq!(saves, [Saved::default(), saved()]);
    assert!(world.device.is_online());
}
