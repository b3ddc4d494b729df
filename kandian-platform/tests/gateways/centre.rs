//! A short message centre: the server of the crate `smpp34`, which is not of this project.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use smpp34::server::ESME;
use smpp34::{
    SmppConnectionInformation, SmppServer, SmppServerListener, bind_transceiver, bind_transceiver_resp,
    submit_sm, submit_sm_resp,
};

/// A message as it came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) coding: u8,
    pub(crate) class: u8,
    pub(crate) receipt: u8,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Default)]
struct Listener {
    came: Arc<Mutex<Vec<Came>>>,
    bound: tokio::sync::Mutex<HashMap<String, Arc<ESME>>>,
    verdict: &'static str,
}

#[async_trait]
impl SmppServerListener for Listener {
    async fn on_bind_transceiver(
        &self,
        request: bind_transceiver,
        _: &SmppConnectionInformation,
        _: &String,
    ) -> bind_transceiver_resp {
        if (request.system_id.as_str(), request.password.as_str()) == ("kandian", "8hQ2") {
            request.accept("centre".to_owned(), Some(0x34))
        } else {
            request.reject(smpp34::SmppError::ESME_RINVPASWD)
        }
    }

    async fn on_esme_bound(&self, esme: ESME, session: &String) {
        self.bound.lock().await.insert(session.clone(), Arc::new(esme));
    }

    async fn on_submit_sm(
        &self,
        request: submit_sm,
        _: &SmppConnectionInformation,
        session: &String,
    ) -> submit_sm_resp {
        let number = {
            let mut came = self.came.lock().unwrap();
            came.push(Came {
                from: request.source_addr.clone(),
                to: request.destination_addr.clone(),
                coding: request.data_coding,
                class: request.esm_class,
                receipt: request.registered_delivery,
                bytes: request.short_message.clone(),
            });
            came.len()
        };
        let esme = self.bound.lock().await.get(session).cloned().unwrap();
        let receipt = format!("id:M{number} sub:001 dlvrd:001 stat:{} err:000 text:", self.verdict);
        tokio::spawn(async move {
            let message = esme.deliver_sm().esm_class(4).short_message(receipt.into_bytes());
            let _ = message.send().await;
        });
        request.accept(format!("M{number}"))
    }
}

/// A centre that runs.
pub(crate) struct Centre {
    pub(crate) address: SocketAddr,
    pub(crate) came: Arc<Mutex<Vec<Came>>>,
    server: SmppServer,
}

impl Centre {
    /// One that says this of each message.
    pub(crate) async fn start(verdict: &'static str) -> Self {
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        Self::at(free, verdict).await
    }

    pub(crate) async fn at(address: SocketAddr, verdict: &'static str) -> Self {
        let listener = Listener { verdict, ..Listener::default() };
        let came = Arc::clone(&listener.came);
        let mut server = SmppServer::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port(), Arc::new(listener));
        server.start().await;
        Self { address, came, server }
    }

    pub(crate) async fn stop(mut self) {
        self.server.stop().await;
    }
}
