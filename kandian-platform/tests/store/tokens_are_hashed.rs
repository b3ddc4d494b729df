use kandian_platform::store::{Token, TokenRole};
use kandian_proto::time::UnixMillis;

use super::world::{NOW, on_both};

on_both! {
    async fn and_taken_back_once(store) {
        let token = Token {
            id: "abc".into(),
            name: "crm".into(),
            hash: "00ff".into(),
            role: TokenRole::Operator,
            created_at: NOW,
            expires_at: Some(UnixMillis(NOW.0 + 1)),
            revoked_at: None,
        };
        store.add_token(token.clone()).await.unwrap();
        assert_eq!(store.token("abc").await.unwrap(), Some(token));
        assert_eq!(store.token("abd").await.unwrap(), None);
        assert!(store.revoke_token("abc", NOW).await.unwrap());
        assert!(!store.revoke_token("abc", NOW).await.unwrap());
        assert_eq!(store.tokens().await.unwrap()[0].revoked_at, Some(NOW));
    }
}
