//! A whole 手机看店 in one process: a platform, a camera and a recorder that come in and obey.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use kandian_device::{Config as DeviceConfig, Handle, LinkPhase, Station};
use kandian_platform::config::Config as PlatformConfig;
use kandian_platform::run::Platform;
use kandian_platform::service::accounts::{
    AccountFailure, Client, NewAccount, new_password, open_account, set_password, sign_in,
};
use kandian_platform::service::create_token;
use kandian_platform::store::{AccountOrigin, TokenRole};
use kandian_proto::value::DevType;
use kandian_proto::{DevId, Secret};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// A platform, a camera and a recorder in one process.
#[derive(Debug, Parser)]
#[command(version, about, after_help = "Ctrl-C ends it. What happens is logged with --log info.")]
struct Args {
    /// Where everything is kept; without, in a directory that is removed at the end
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// What is logged: error, warn, info, debug, or targets with levels
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    log: String,
}

type Failure = Box<dyn std::error::Error>;

const CAMERA: &str = "81100000001";
const RECORDER: &str = "81100000002";
const OWNER: &str = "18900000001";
const RTSP_PORT: u16 = 8554;
const KEY: &str = "K7M2P9Q4";
/// What a person waits for before he thinks that it does not work.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &Failure) -> ExitCode {
    eprintln!("demo: {error}");
    ExitCode::FAILURE
}

async fn run(args: Args) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&args.log)?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // Removed when this goes out of scope.
    let temporary = if args.data_dir.is_none() { Some(tempfile::tempdir()?) } else { None };
    let data = args.data_dir.or_else(|| Some(temporary.as_ref()?.path().to_owned())).unwrap_or_default();
    let started = Instant::now();
    let platform = Platform::start(settings(data.join("platform"))).await?;
    let app = platform.app();
    let token = create_token(&app.store, "demo", TokenRole::Admin, app.clock.wall(), None).await?;
    let stop = CancellationToken::new();
    let mut devices = Vec::new();
    // Loopback has one RTSP port of each number, too: the usual one is the camera's.
    let rtsp = [free(RTSP_PORT).port(), 0];
    for ((id, kind), port) in [(CAMERA, DevType::IPCAM), (RECORDER, DevType::NVR)].into_iter().zip(rtsp) {
        devices.push(device((id.parse()?, kind, port), &data, &platform, &stop)?);
    }
    introduce(&platform, token.reveal(), &data);
    for (id, handle, _) in &devices {
        let came = tokio::time::timeout(PATIENCE, handle.reaches(LinkPhase::Online)).await;
        came.map_err(|_| format!("{id} did not come online; --log info shows why"))?;
        println!("{id} is online after {:.1} s", started.elapsed().as_secs_f64());
    }
    let password = owner(&platform).await?;
    println!(
        "\nThe camera belongs to the account {OWNER}. Its live picture, for number {OWNER} and password {}:",
        password.reveal()
    );
    println!("  http://{}/live/{CAMERA}/0", platform.http());
    println!("What its owner's phone does first:");
    println!("  curl -s http://{}/MobileService -d \\", platform.http());
    println!(
        "    '<MCU_LOGIN_REQ><Account>{OWNER}</Account><Password>{}</Password><Version>A-1.0</Version></MCU_LOGIN_REQ>'",
        password.reveal()
    );
    println!("The same from the WSDL, by a client that knows nothing else (pip install zeep):");
    println!(
        "  python3 -c \"import zeep; print(zeep.Client('http://{}/MobileService?wsdl').service.Login('{OWNER}', '{}', 'A-1.0'))\"",
        platform.http(),
        password.reveal()
    );
    println!("\nWatch it, record it, turn it, from the phone client:");
    println!(
        "  export KANDIAN_PLATFORM=http://{} KANDIAN_ACCOUNT={OWNER} KANDIAN_PASSWORD={}",
        platform.http(),
        password.reveal()
    );
    println!(
        "  cargo run -q -p kandian-examples --bin mcu -- live {CAMERA} --record shop.mp4 --snapshot shop.jpg --seconds 10"
    );
    watch(&platform, &password).await?;
    println!("\nBoth devices are online. Ctrl-C ends the demo.");
    tokio::signal::ctrl_c().await?;
    println!("\nstopping");
    stop.cancel();
    for (_, _, running) in devices {
        running.await??;
    }
    platform.stop().await;
    Ok(())
}

/// An account with the camera bound to it, as after §8.5; its password, which is new each time.
async fn owner(platform: &Platform) -> Result<Secret, Failure> {
    let app = platform.app();
    let (number, password) = (OWNER.parse()?, new_password());
    let account = NewAccount {
        number,
        password: Some(password.clone()),
        device_limit: 4,
        origin: AccountOrigin::Admin,
    };
    match open_account(&app.store, &app.passwords, account, app.clock.wall()).await {
        Err(AccountFailure::Exists) => set_password(&app.store, &app.passwords, number, &password).await?,
        outcome => outcome?,
    }
    app.store.bind(CAMERA.parse()?, number, app.clock.wall()).await?;
    Ok(password)
}

/// How to see the camera. A URL is good for one connection within a minute (E-92), so that what is printed asks for a new one
/// whenever it is used, as the owner's phone does before each look (§8.7).
async fn watch(platform: &Platform, password: &Secret) -> Result<(), Failure> {
    let client = Client { version: "demo".to_owned(), address: Ipv4Addr::LOCALHOST.into() };
    let login = sign_in(platform.app(), OWNER.parse()?, password, &client).await?;
    println!(
        "\nWatch the camera (a URL is good for one look, within a minute; the function asks for a new one each time):"
    );
    println!("  live() {{ curl -s http://{}/MobileService -d \\", platform.http());
    println!(
        "    \"<MCU_VIDEO_PLAY_REQ><Account>{OWNER}</Account><LoginSession>{}</LoginSession>\\",
        login.session.reveal()
    );
    println!(
        "<DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>${{1:-2}}</StreamType></MCU_VIDEO_PLAY_REQ>\" \\"
    );
    println!("    | sed -n 's/.*<LocalPlayUrl>//;s/<.LocalPlayUrl>.*//;s/&amp;/\\&/gp'; }}");
    println!("  ffplay -rtsp_transport tcp \"$(live)\"");
    println!("  vlc \"$(live)\"        # live 1 is the main stream");
    Ok(())
}

fn settings(data_dir: PathBuf) -> PlatformConfig {
    let mut config = PlatformConfig { data_dir, ..PlatformConfig::default() };
    config.http.listen = free(config.http.listen.port());
    config.device_http.listen = free(config.device_http.listen.port());
    config.access.listen = free(config.access.listen.port());
    config.access.advertise = Some(Ipv4Addr::LOCALHOST.into());
    // What is printed about watching works as long as the demo runs.
    config.accounts.session_minutes = 7 * 24 * 60;
    config
}

/// The usual port on loopback, or any other when somebody has it.
fn free(port: u16) -> SocketAddr {
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(usual) {
        Ok(_) => usual,
        Err(_) => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    }
}

type Running = (DevId, Handle, JoinHandle<Result<(), kandian_device::RunError>>);

fn device(
    (id, kind, port): (DevId, DevType, u16),
    data: &std::path::Path,
    platform: &Platform,
    stop: &CancellationToken,
) -> Result<Running, Failure> {
    let mut config = DeviceConfig::new(kind, id, KEY, data.join(id.as_str()));
    config.province = Some(format!("http://{}/DeviceRegisterServlet", platform.device_http()).parse()?);
    // Loopback has one Wi-Fi set-up port, and there are two devices.
    config.wifi_setup = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
    // RTSP is for this machine only, as the platform is.
    config.rtsp_listen = Ipv4Addr::LOCALHOST.into();
    config.rtsp_port = port;
    let station = Station::open(config)?;
    let handle = station.handle();
    Ok((id, handle, tokio::spawn(station.run(stop.clone()))))
}

fn introduce(platform: &Platform, token: &str, data: &std::path::Path) {
    let rest = platform.http();
    println!("platform   http://{rest}/api/v1   devices register at http://{}", platform.device_http());
    println!("camera     {CAMERA}, recorder {RECORDER}; everything is kept in {}", data.display());
    println!("\nTry, in another terminal:");
    println!("  export TOKEN={token}");
    println!("  curl -s -H \"Authorization: Bearer $TOKEN\" http://{rest}/api/v1/devices");
    println!("  curl -s -H \"Authorization: Bearer $TOKEN\" -d '{{\"ChannelNo\":0,\"PtzDirection\":3}}' \\");
    println!("    http://{rest}/api/v1/devices/{CAMERA}/commands/ptz_control");
    println!("  curl -s -H \"Authorization: Bearer $TOKEN\" -N http://{rest}/api/v1/events");
    println!(
        "  cargo run -q -p kandian-device -- ctl --data-dir {} alarm motion\n",
        data.join(CAMERA).display()
    );
}
