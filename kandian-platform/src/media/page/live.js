// The page of one live picture: login, player, figures, and why there is no picture.
//
// The login is kept in this tab (sessionStorage) and goes into a header; no cookie carries it, so no page of somebody else
// can make a request with it. Whatever comes from a device or the platform is shown as text and never as markup.

import { Player } from "./player.js";

const WORDS = {
  "zh-CN": {
    title: "实时画面", channel: "通道", main: "主码流", sub: "子码流", soundOn: "声音：开", soundOff: "声音：关",
    other: "English", logout: "退出", loginTitle: "登录后观看", number: "手机号码", password: "密码", login: "登录",
    wrong: "号码或密码错误", tooMany: "尝试次数过多，请稍后再试", notNow: "平台暂时无法登录，请稍后再试",
    explainer: "为什么？画面的来龙去脉", live: "直播",
    connecting: "正在连接摄像机…", offline: "摄像机不在线", failed: "暂时没有画面，正在重试…", playing: "播放中",
    silent: "摄像机停止发送画面", stalled: "画面停顿，等待数据…", reconnecting: "与平台的连接中断，正在重连…",
    loggedOut: "登录已失效，请重新登录", forbidden: "没有观看此摄像机的权限", unsupported: "此浏览器无法播放该视频",
    path: "路径", local: "直连（本地地址）", upnp: "直连（UPnP）", relay: "中继", delay: "端到端延迟（图中时钟）", fps: "帧率",
    delayHint: "由测试图案中的时间标记测得，摄像机与本机的时钟须一致；没有标记的画面无法测量",
    buffered: "缓冲", frame: "帧号", viewers: "观看人数", rate: "码率", dropped: "丢弃", size: "分辨率", none: "—",
    address: "地址错误：应为 /live/设备编号/通道号",
  },
  en: {
    title: "Live picture", channel: "channel", main: "Main stream", sub: "Sub stream", soundOn: "Sound: on",
    soundOff: "Sound: off", other: "中文", logout: "Log out", loginTitle: "Log in to watch", number: "Mobile number",
    password: "Password", login: "Log in", wrong: "The number or the password is wrong",
    tooMany: "Too many attempts; wait, then try again", notNow: "The platform cannot log anybody in now; try again soon",
    explainer: "Why? What happened to this picture", live: "LIVE",
    connecting: "Connecting to the camera…", offline: "The camera is offline", failed: "No picture now; trying again…",
    playing: "Playing", silent: "The camera has stopped sending", stalled: "The picture has stalled; waiting…",
    reconnecting: "The platform cannot be reached; connecting again…", loggedOut: "The login has ended; log in again",
    forbidden: "You have no right to watch this camera", unsupported: "This browser cannot play the video",
    path: "Path", local: "direct (local address)", upnp: "direct (UPnP)", relay: "relay", delay: "Delay (clock in the picture)",
    delayHint: "From the mark in the test pattern, if the clocks of the camera and of this computer agree; other pictures " +
      "have none",
    fps: "Frames/s",
    buffered: "Buffered", frame: "Frame", viewers: "Viewers", rate: "Bit rate", dropped: "Dropped", size: "Size",
    none: "—", address: "Wrong address: expected /live/DEVICE/CHANNEL",
  },
};
const SESSION = "kandian-session";
const LANGUAGE = "kandian-language";
/** Clocks that are further apart than this do not agree, and a delay by them would be a lie. */
const AGREE = 10_000;

const $ = (id) => document.getElementById(id);
const [, , device = "", channel = ""] = location.pathname.split("/").map(decode);
const video = $("video");
let language = stored(LANGUAGE) ?? (navigator.language.startsWith("zh") ? "zh-CN" : "en");
let stream = new URLSearchParams(location.search).get("stream") === "2" ? 2 : 1;
let [sound, last, figures] = [false, { state: "connecting" }, {}];
let before = { at: 0, bytes: 0 };
let player = null;

function decode(text) {
  try { return decodeURIComponent(text); } catch { return ""; }
}

function stored(key) {
  try { return sessionStorage.getItem(key); } catch { return null; }
}

function store(key, value) {
  try { value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, value); } catch { /* private mode */ }
}

// ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function ask(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const session = stored(SESSION);
  if (session) headers.Authorization = `Bearer ${session}`;
  const answer = await fetch(path, { method, headers, credentials: "omit", body: body && JSON.stringify(body) });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw { status: answer.status, problem: value };
  return value;
}

async function ticket() {
  if (!stored(SESSION)) throw { status: 401 };
  const path = `/api/v1/me/devices/${encodeURIComponent(device)}/channels/${encodeURIComponent(channel)}/live`;
  return (await ask("POST", path, { stream })).socket;
}

// ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────────────

function show() {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = `${device} · ${words.title}`;
  const texts = {
    name: `${device} · ${words.channel} ${channel}`, stream: stream === 1 ? words.main : words.sub,
    sound: sound ? words.soundOn : words.soundOff, language: words.other, logout: words.logout,
    "login-title": words.loginTitle, "label-number": words.number, "label-password": words.password,
    submit: words.login, "explainer-title": words.explainer, badge: words.live,
  };
  for (const [id, text] of Object.entries(texts)) $(id).textContent = text;
  $("sound").setAttribute("aria-pressed", String(sound));
  showState();
  showFigures();
}

function showState() {
  const words = WORDS[language];
  const { state } = last;
  const needsLogin = state === "login";
  const hasPicture = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  const isOver = needsLogin || state === "forbidden" || state === "unsupported";
  document.body.dataset.state = state;
  $("veil").hidden = state === "playing" && hasPicture;
  $("badge").hidden = state !== "playing" || !hasPicture;
  // The last picture stays in sight while it is not a lie for long.
  $("veil").toggleAttribute("data-thin", hasPicture && (state === "stalled" || state === "reconnecting"));
  $("spinner").hidden = isOver || state === "offline";
  const text = needsLogin && !stored(SESSION) ? words.loginTitle : needsLogin ? words.loggedOut : words[state];
  $("state").textContent = state === "playing" ? words.connecting : text ?? state;
  const lines = (language === "en" ? last.en : last.zh) ?? [];
  const reason = state === "failed" || state === "silent" ? last.reason : null;
  $("reason").textContent = reason?.[language === "en" ? "en" : "zh"] ?? "";
  $("lines").replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
  $("explainer").hidden = lines.length === 0;
  $("login").hidden = !needsLogin;
  $("logout").hidden = needsLogin;
}

function showFigures() {
  const words = WORDS[language];
  const { way } = last;
  const number = (value, digits, unit) => (Number.isFinite(value) ? `${value.toFixed(digits)}${unit}` : words.none);
  const shown = [
    ["path", way ? `${words[way.path] ?? way.path} ${way.address}` : words.none],
    ["delay", number(figures.delay, 0, " ms")],
    ["fps", number(figures.fps, 1, "")],
    ["buffered", number(figures.buffered * 1000, 0, " ms")],
    ["rate", number(figures.rate, 0, " kbit/s")],
    ["size", video.videoWidth ? `${video.videoWidth}×${video.videoHeight}` : words.none],
    ["frame", figures.frame === undefined ? words.none : `#${figures.frame}`],
    ["viewers", figures.viewers ?? words.none],
    ["dropped", figures.dropped ?? words.none],
  ];
  $("figures").replaceChildren(...shown.map(([name, value]) => {
    const [box, term, text] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    term.textContent = words[name];
    text.textContent = String(value);
    if (words[`${name}Hint`]) box.title = words[`${name}Hint`];
    text.id = `figure-${name}`;
    box.append(term, text);
    return box;
  }));
}

// ── The mark of the test pattern ─────────────────────────────────────────────────────────────────────────────────────

const ROWS = 16;
const BLOCKS = 64;
const canvas = document.createElement("canvas");
const brush = canvas.getContext("2d", { willReadFrequently: true });

/** What the mark in the last rows of the picture says; null when there is none that is whole. */
function mark() {
  const [width, height] = [video.videoWidth, video.videoHeight];
  if (width < BLOCKS || height < ROWS) return null;
  if (canvas.width !== width) [canvas.width, canvas.height] = [width, 1];
  brush.drawImage(video, 0, height - ROWS / 2, width, 1, 0, 0, width, 1);
  const pixels = brush.getImageData(0, 0, width, 1).data;
  const bytes = new Uint8Array(BLOCKS / 8);
  for (let block = 0; block < BLOCKS; block++) {
    const [begin, end] = [Math.floor((block * width) / BLOCKS), Math.floor(((block + 1) * width) / BLOCKS)];
    const inner = Math.floor((end - begin) / 4);
    let [sum, count] = [0, 0];
    for (let column = begin + inner; column < end - inner; column++, count++) sum += pixels[4 * column + 1];
    if (sum > 128 * count) bytes[block >> 3] |= 0x80 >> (block & 7);
  }
  const check = bytes.subarray(1, 7).reduce((all, byte) => (all + byte) & 0xff, 0);
  if (bytes[0] !== 0b1011_0010 || bytes[7] !== check) return null;
  const view = new DataView(bytes.buffer);
  return { at: view.getUint32(1), number: view.getUint16(5) };
}

const delays = [];

function frame() {
  const found = mark();
  if (!found) {
    figures.delay = figures.frame = undefined;
    return;
  }
  figures.frame = found.number;
  const delay = (Date.now() % 2 ** 32) - found.at;
  if (delay >= 0 && delay < AGREE) {
    delays.push(delay);
    if (delays.length > 50) delays.shift();
    figures.delay = [...delays].sort((a, b) => a - b)[delays.length >> 1];
  } else {
    figures.delay = undefined;
  }
  document.body.dataset.frame = String(found.number);
  document.body.dataset.delay = String(delay);
}

// ── The course of things ─────────────────────────────────────────────────────────────────────────────────────────────

function watch() {
  player ??= made();
  player.start();
}

function made() {
  const made = new Player(video, ticket);
  made.addEventListener("state", ({ detail }) => {
    last = detail;
    if (detail.state === "login") store(SESSION, null);
    // What was measured before says nothing of now.
    if (detail.state !== "playing" && detail.state !== "stalled") [figures, delays.length] = [{}, 0];
    showState();
    showFigures();
  });
  made.addEventListener("figures", ({ detail }) => {
    const now = performance.now();
    const rate = ((detail.bytes - before.bytes) * 8) / (now - before.at);
    before = { at: now, bytes: detail.bytes };
    figures = { ...figures, ...detail, rate: rate >= 0 ? rate : undefined };
    showFigures();
  });
  made.addEventListener("frame", frame);
  video.addEventListener("loadeddata", showState);
  return made;
}

$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = WORDS[language];
  const credentials = { number: $("number").value.trim(), password: $("password").value, client: "W-1.0" };
  $("login-error").textContent = "";
  $("submit").disabled = true;
  try {
    store(SESSION, (await ask("POST", "/api/v1/session", credentials)).session);
    $("password").value = "";
    last = { state: "connecting" };
    showState();
    watch();
  } catch ({ status }) {
    const wrong = status === 401 || status === 422 || status === 403;
    $("login-error").textContent = wrong ? words.wrong : status === 429 ? words.tooMany : words.notNow;
  } finally {
    $("submit").disabled = false;
  }
});
$("language").addEventListener("click", () => {
  language = language === "en" ? "zh-CN" : "en";
  store(LANGUAGE, language);
  show();
});
$("sound").addEventListener("click", () => {
  sound = !sound;
  player?.sound(sound);
  show();
});
$("stream").addEventListener("click", () => {
  stream = 3 - stream;
  player?.stop();
  last = { state: "connecting" };
  show();
  watch();
});
$("logout").addEventListener("click", async () => {
  player?.stop();
  await ask("DELETE", "/api/v1/session").catch(() => {});
  store(SESSION, null);
  last = { state: "login" };
  showState();
});

if (!device || !/^\d{1,5}$/.test(channel)) {
  last = { state: WORDS[language].address };
  show();
  $("spinner").hidden = true;
} else {
  last = { state: stored(SESSION) ? "connecting" : "login" };
  show();
  if (stored(SESSION)) watch();
}
