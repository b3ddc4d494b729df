use super::browser::{Browser, Heard, is_stage};
use super::rtsp::Manner;
use super::shop::Shop;

/// What is told when a camera behaves in a way: the words, English and Chinese.
async fn told(shop: &Shop, manner: Manner) -> (String, String) {
    shop.server.behave(manner);
    let anna = shop.anna().await;
    let mut browser = Browser::of(&shop.world, &anna, 1).await;
    let heard = browser.until(|heard| is_stage(heard, "failed")).await;
    let Some(Heard::Told(told)) = heard.last() else { panic!("{heard:?}") };
    let lines = |language: &str| {
        let lines = told[language].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    let said = (lines("en"), lines("zh"));
    drop(browser);
    shop.is_left().await;
    // The same is to be had afterwards.
    let play = shop.last("gateway").await;
    assert!(play["en"].to_string().contains(said.0.lines().nth(5).unwrap()), "{play}");
    said
}

/// each way in which a camera gives no picture has a sentence of its own.
#[tokio::test]
async fn each_its_own() {
    let shop = Shop::open().await;
    for (manner, en, zh) in [
        (
            Manner::Refuses(403),
            "answered 403 at DESCRIBE: the stream is switched off",
            "对 DESCRIBE 应答 403",
        ),
        (Manner::Refuses(404), "answered 404 at DESCRIBE: it knows no such", "设备、通道或码流不存在"),
        (Manner::Refuses(453), "answered 453 at DESCRIBE: too many watch", "观看路数已达上限"),
        (Manner::Refuses(500), "answered 500 at DESCRIBE: it gave no reason", "未说明原因"),
        (
            Manner::Refuses(401),
            "answered 401 at DESCRIBE although it never asked",
            "平台没有收到令牌校验请求",
        ),
        (Manner::AsksWrongly, "because the platform had refused its token", "因为平台拒绝了令牌"),
        (
            Manner::MissesTheAnswer,
            "although the platform had told it that the token is good",
            "平台已答复令牌有效",
        ),
        (Manner::HangsUp, "the camera closed the connection", "摄像机关闭了连接"),
        (Manner::Babbles, "was not understood", "无法理解"),
        (Manner::SendsNothing, "agreed to play, and no picture came", "没有收到画面"),
    ] {
        let said = told(&shop, manner).await;
        assert!(said.0.contains(en) && said.1.contains(zh), "{manner:?}: {said:?}");
        assert!(said.0.contains("the relay: skipped"), "{said:?}");
    }
}

/// a 401 from a camera that could not ask.
#[tokio::test]
async fn the_link_was_down() {
    let shop = Shop::open().await;
    let said = told(&shop, Manner::LosesItsLink).await;
    let expected = "the camera answered 401 at DESCRIBE because its token check timed out after 4 s: its link to the \
                    platform was down";
    assert!(said.0.lines().any(|line| line == expected), "{said:?}");
}

/// nothing listens where the camera says.
#[tokio::test]
async fn nothing_listens() {
    let shop = Shop::with_closed_port().await;
    let said = told(&shop, Manner::Plays).await;
    assert!(said.0.contains("the connection was refused: nothing listens there"), "{said:?}");
}
