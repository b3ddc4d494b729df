use super::phone::{ANNA, BERT, PASSWORD, log_in_from, text, with};

/// Who guesses is slowed down and learns nothing, not even by the right password; others log in as before.
#[tokio::test]
async fn from_one_address() {
    let world = with(|config| config.limits.wrong_passwords_per_address = 3).await;
    for _ in 0..3 {
        assert_eq!(text(&log_in_from(&world, "127.0.0.5", ANNA, "wrong-1").await, "Result"), "2");
    }
    assert_eq!(text(&log_in_from(&world, "127.0.0.5", ANNA, PASSWORD).await, "Result"), "2");
    assert_eq!(text(&log_in_from(&world, "127.0.0.6", ANNA, PASSWORD).await, "Result"), "0");
    assert_eq!(text(&log_in_from(&world, "127.0.0.5", BERT, PASSWORD).await, "Result"), "0");
}

/// From many addresses it goes no faster; the owner of the account still gets in from where he was.
#[tokio::test]
async fn nor_from_many() {
    let world = with(|config| config.limits.wrong_passwords = 4).await;
    assert_eq!(text(&log_in_from(&world, "127.0.0.9", ANNA, PASSWORD).await, "Result"), "0");
    for last in 10..14 {
        let answer = log_in_from(&world, &format!("127.0.0.{last}"), ANNA, "wrong-1").await;
        assert_eq!(text(&answer, "Result"), "2");
    }
    assert_eq!(text(&log_in_from(&world, "127.0.0.20", ANNA, PASSWORD).await, "Result"), "2");
    assert_eq!(text(&log_in_from(&world, "127.0.0.9", ANNA, PASSWORD).await, "Result"), "0");
}
