use kandian_platform::rules::NewFirmware;
use kandian_platform::store::{FirmwareFilter, StoreError};
use kandian_proto::value::Manufacturer;

use super::world::{NOW, device, id, on_both};

fn firmware(model: &str, version: &str) -> NewFirmware {
    NewFirmware {
        manufacturer: Manufacturer::new("811").unwrap(),
        model: model.to_owned(),
        version: version.to_owned(),
        host: "198.51.100.30".parse().unwrap(),
        port: 2121,
        account: "fw".to_owned(),
        password: "p!@#".into(),
        file: "kd1/fw.bin".to_owned(),
    }
}

on_both! {
    /// each version once for a model; what is read is what was put in.
    async fn once_for_each_model(store) {
        let first = store.add_firmware(firmware("KD-1", "V1.6_20141105"), NOW).await.unwrap();
        let again = store.add_firmware(firmware("KD-1", "V1.6_20141105"), NOW).await;
        assert_eq!(again, Err(StoreError::Exists));
        let other = store.add_firmware(firmware("KD-2", "V1.6_20141105"), NOW).await.unwrap();
        let all = FirmwareFilter { limit: 10, ..FirmwareFilter::default() };
        let found = store.firmware(all.clone()).await.unwrap();
        assert_eq!(found.iter().map(|f| f.id).collect::<Vec<_>>(), [first, other]);
        assert_eq!((&found[0].entry, found[0].created_at), (&firmware("KD-1", "V1.6_20141105"), NOW));
        let count = async |filter| store.firmware(filter).await.unwrap().len();
        assert_eq!(count(FirmwareFilter { model: Some("KD-2".into()), ..all.clone() }).await, 1);
        assert_eq!(count(FirmwareFilter { manufacturer: Manufacturer::new("812").ok(), ..all.clone() }).await, 0);
        assert_eq!(count(FirmwareFilter { after: first, ..all.clone() }).await, 1);
        assert_eq!(count(FirmwareFilter { limit: 1, ..all.clone() }).await, 1);
        let removed = store.remove_firmware(first).await.unwrap().unwrap();
        assert_eq!(removed.entry, firmware("KD-1", "V1.6_20141105"));
        assert_eq!(store.remove_firmware(first).await, Ok(None));
        assert_eq!(count(all).await, 1);
    }
}

on_both! {
    /// the model of a device that was entered without one is that of its registration; one that was entered stays.
    async fn for_the_model_that_registers(store) {
        let mut nameless = device(1);
        nameless.model.clear();
        store.add_device(nameless, NOW).await.unwrap();
        for (model, expected) in [("KD-7", "KD-7"), ("KD-8", "KD-7")] {
            store.note_registration(id(1), model, NOW).await.unwrap();
            assert_eq!(store.device(id(1)).await.unwrap().unwrap().model, expected);
        }
    }
}
