// Plays a live picture of the platform in a <video>: fragmented MP4 over a WebSocket, through Media Source Extensions.
// No dependencies, and nothing of a page: it takes a video element and a function that gets a ticket.
//
//   const player = new Player(video, async () => "/live/socket?ticket=…");
//   player.addEventListener("state", ({ detail }) => …);    // { state, way, reason, en, zh }
//   player.addEventListener("figures", ({ detail }) => …);  // { dropped, viewers, bytes, buffered, fps, jumps }
//   player.start();
//
// States: "connecting", "offline", "failed" and "silent" as the platform says them; "playing"; "stalled" when pictures stop
// though the platform says nothing; "reconnecting"; and three in which the player has stopped: "login" (the login has
// ended), "forbidden" (no right to watch), "unsupported" (the browser cannot play it). The function throws an object with
// the HTTP `status` when it gets no ticket.

const KIND = { INIT: 1, PICTURE: 2, SOUND: 3 };
/** Milliseconds between attempts to reconnect: the first and the longest. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
/** After so many milliseconds without a picture it has stalled. */
const STALLED = 4_000;
/** A socket that says nothing for so long is dead; the platform sends figures every two seconds. */
const SILENT = 12_000;
/** Seconds by which the picture may lag before it jumps, and that are kept behind it. */
const JUMP = 1.0;
const KEEP = 10;
/** Seconds beyond the length of a picture that wait as a margin: at first, and at most; what one wait adds, and what a
 *  tenth of a second without one takes away. */
const MARGIN = 0.04;
const MOST_MARGIN = 0.5;
const MORE_MARGIN = 0.02;
const LESS_MARGIN = 0.0002;
/** Milliseconds in which waits say nothing of the network: after a beginning or a jump, and after a wait. */
const SETTLING = 1_500;
const WAITING = 500;

export class Player extends EventTarget {
  #video; #ticket; #socket = null; #source = null; #buffer = null; #codec = ""; #waiting = [];
  #state = ""; #said = {}; #timer = 0; #retry = 0; #pause = FIRST_PAUSE; #running = false; #generation = 0;
  #heard = 0; #pictureAt = 0; #end = 0; #length = 0.04; #margin = MARGIN; #jumps = 0; #frames = []; #sound;
  #wantsReset = false; #calmAt = 0; #begunAt = 0;

  constructor(video, ticket) {
    super();
    this.#video = video;
    this.#ticket = ticket;
    this.#sound = new Sound();
    video.addEventListener("waiting", () => this.#waited());
    video.addEventListener("error", () => this.#broken(video.error?.message ?? "video"));
    document.addEventListener("visibilitychange", () => this.#follow());
    this.#countFrames();
  }

  get state() { return this.#state; }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.#pause = FIRST_PAUSE;
    this.#timer = setInterval(() => this.#tick(), 100);
    this.#connect();
  }

  stop() {
    this.#running = false;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    this.#hangUp();
  }

  /** Sound on or off. To be called from a click: browsers play none before. */
  sound(on) { this.#sound.turn(on); }

  // ── The socket ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async #connect() {
    const generation = ++this.#generation;
    if (!("MediaSource" in globalThis)) return this.#give("unsupported");
    this.#say(this.#state === "" ? "connecting" : "reconnecting");
    let path;
    try {
      path = await this.#ticket();
    } catch (error) {
      if (generation !== this.#generation || !this.#running) return;
      if (error?.status === 401) return this.#give("login", error);
      if (error?.status === 403 || error?.status === 404) return this.#give("forbidden", error);
      return this.#again();
    }
    if (generation !== this.#generation || !this.#running) return;
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heard = this.#pictureAt = performance.now();
    this.#wantsReset = true;
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heard = performance.now();
      typeof data === "string" ? this.#told(JSON.parse(data)) : this.#came(new Uint8Array(data));
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      if (code === 4401) return this.#give("login");
      if (code === 4403) return this.#give("forbidden");
      this.#again();
    };
  }

  #hangUp() {
    const socket = this.#socket;
    this.#socket = null;
    this.#generation++;
    socket?.close();
  }

  /** Connects again after a pause, which grows and is never quite the same: many browsers do not come back at once. */
  #again() {
    if (!this.#running) return;
    this.#hangUp();
    this.#say("reconnecting");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  /** Stops in a state that only a person can change. */
  #give(state, detail) {
    this.stop();
    this.#say(state, detail);
  }

  #told(message) {
    if (message.type === "status") {
      const { stage, way, reason, en, zh } = message;
      this.#said = { way, reason, en, zh };
      this.#say(stage);
    } else if (message.type === "figures") {
      this.#figures(message);
    }
  }

  #say(state, detail = {}) {
    this.#state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, ...this.#said, ...detail } }));
  }

  // ── Pictures ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #came(bytes) {
    const more = bytes[1];
    if (bytes[0] === KIND.SOUND) return this.#sound.play(more, bytes.subarray(2));
    if (bytes[0] === KIND.INIT) {
      const codec = new TextDecoder().decode(bytes.subarray(2, 2 + more));
      this.#waiting.push({ codec, data: bytes.subarray(2 + more) });
    } else if (bytes[0] === KIND.PICTURE) {
      this.#pictureAt = performance.now();
      this.#pause = FIRST_PAUSE;
      this.#waiting.push({ data: bytes.subarray(2) });
      if (this.#state === "stalled") this.#say("playing");
    }
    this.#pump();
  }

  /** Appends what waits, as far as the buffer takes it: an initialisation by itself, pictures together. */
  #pump() {
    const first = this.#waiting[0];
    if (!first || this.#buffer?.updating) return;
    try {
      if (!this.#source) return this.#open(first.codec);
      if (!this.#buffer) return;
      if (this.#wantsReset && first.codec) return this.#reset();
      if (first.codec) {
        this.#waiting.shift();
        if (first.codec !== this.#codec) {
          this.#buffer.changeType(type(first.codec));
          this.#codec = first.codec;
        }
        return this.#buffer.appendBuffer(first.data);
      }
      let count = this.#waiting.findIndex(({ codec }) => codec);
      if (count < 0) count = this.#waiting.length;
      const pieces = this.#waiting.splice(0, count).map(({ data }) => data);
      this.#buffer.appendBuffer(joined(pieces));
    } catch (error) {
      error.name === "QuotaExceededError" ? this.#trim(1) : this.#broken(error.message);
    }
  }

  /** Begins with a codec. Without its initialisation nothing can be shown, so what stands before it goes. */
  #open(codec) {
    if (!codec) return void this.#waiting.shift();
    if (!MediaSource.isTypeSupported(type(codec))) return this.#give("unsupported");
    this.#begins();
    const source = new MediaSource();
    this.#source = source;
    this.#codec = codec;
    source.addEventListener("sourceopen", () => {
      if (source !== this.#source) return;
      URL.revokeObjectURL(this.#video.src);
      this.#buffer = source.addSourceBuffer(type(codec));
      this.#buffer.addEventListener("updateend", () => this.#appended());
      this.#wantsReset = false;
      this.#pump();
    }, { once: true });
    this.#video.src = URL.createObjectURL(source);
  }

  /** Another connection may have another time line. The last picture stays in sight. */
  #reset() {
    this.#wantsReset = false;
    this.#begins();
    this.#end = 0;
    this.#buffer.abort();
    if (this.#buffer.buffered.length) this.#buffer.remove(0, Infinity);
    else this.#pump();
  }

  #appended() {
    const ranges = this.#buffer?.buffered;
    if (ranges?.length) {
      const end = ranges.end(ranges.length - 1);
      const passed = end - this.#end;
      // What one picture lasts, roughly; a whole group at once says nothing.
      if (passed > 0 && passed < 0.5) this.#length += (passed - this.#length) / 8;
      this.#end = end;
      this.#follow();
      if (this.#video.currentTime - ranges.start(0) > 3 * KEEP) this.#trim(KEEP);
    }
    this.#pump();
  }

  /** Forgets what was shown more than so many seconds ago. */
  #trim(seconds) {
    const until = this.#video.currentTime - seconds;
    if (this.#buffer && !this.#buffer.updating && until > 0) this.#buffer.remove(0, until);
  }

  /** Keeps the picture at the live edge: a little faster when it lags, with a jump when it lags much or fell into a gap. */
  #follow() {
    const ranges = this.#buffer?.buffered;
    if (!ranges?.length) return;
    const video = this.#video;
    const [start, end] = [ranges.start(ranges.length - 1), ranges.end(ranges.length - 1)];
    const target = this.#length + this.#margin;
    const lag = end - video.currentTime;
    if (lag > JUMP + this.#margin || lag < 0 || video.currentTime < start) {
      video.currentTime = Math.max(start, end - target);
      video.playbackRate = 1;
      // Where that is no beginning, the network delivers in bursts.
      if (performance.now() > this.#begunAt) this.#widen();
      this.#calmAt = performance.now() + SETTLING;
      this.#jumps++;
    } else {
      const excess = lag - target;
      video.playbackRate = excess > 0.15 ? 1.15 : excess > 0.03 ? 1.04 : 1;
    }
    // Without sound browsers let it play; where they do not, the first click does.
    if (video.paused && this.#running) video.play().catch(() => {});
  }

  /** The picture had to wait for the next one: the margin is too small for this network. */
  #waited() {
    const now = performance.now();
    if (now < this.#calmAt) return;
    this.#calmAt = now + WAITING;
    this.#widen();
  }

  #widen() {
    this.#margin = Math.min(this.#margin + MORE_MARGIN, MOST_MARGIN);
  }

  /** From here on it begins: what waits and jumps now says nothing. */
  #begins() {
    this.#begunAt = this.#calmAt = performance.now() + SETTLING;
  }

  #broken(why) {
    if (!this.#running) return;
    console.warn("player:", why);
    this.#source = this.#buffer = null;
    this.#waiting = [];
    this.#again();
  }

  #tick() {
    const now = performance.now();
    if (this.#socket && now - this.#heard > SILENT) return this.#again();
    if (this.#state === "playing" && now - this.#pictureAt > STALLED) this.#say("stalled");
    // A margin that was needed once is given back slowly.
    this.#margin = Math.max(MARGIN, this.#margin - LESS_MARGIN);
    this.#follow();
  }

  // ── Figures ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #countFrames() {
    if (!("requestVideoFrameCallback" in HTMLVideoElement.prototype)) return;
    const video = this.#video;
    const counted = (now) => {
      this.#frames.push(now);
      if (this.#frames.length > 300) this.#frames.splice(0, 100);
      this.dispatchEvent(new CustomEvent("frame", { detail: { now } }));
      video.requestVideoFrameCallback(counted);
    };
    video.requestVideoFrameCallback(counted);
  }

  #figures({ dropped, viewers, bytes }) {
    const since = performance.now() - 3_000;
    const fps = this.#frames.filter((at) => at > since).length / 3;
    const buffered = Math.max(0, this.#end - this.#video.currentTime);
    const detail = { dropped, viewers, bytes, fps, buffered, jumps: this.#jumps };
    this.dispatchEvent(new CustomEvent("figures", { detail }));
  }
}

function type(codec) {
  return `video/mp4; codecs="${codec}"`;
}

function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** G.711, 8 kHz, one channel. */
class Sound {
  #context = null; #at = 0; #on = false;
  static #tables = {};

  turn(on) {
    this.#on = on;
    if (on) {
      this.#context ??= new AudioContext();
      this.#context.resume();
    } else {
      this.#context?.suspend();
    }
  }

  play(payloadType, bytes) {
    if (!this.#on || !bytes.length || this.#context.state !== "running") return;
    const now = this.#context.currentTime;
    // What is late is left out; a little waits, for what comes unevenly.
    if (this.#at - now > 0.6) return;
    if (this.#at < now) this.#at = now + 0.1;
    const table = (Sound.#tables[payloadType] ??= payloadType === 0 ? mu() : a());
    const buffer = this.#context.createBuffer(1, bytes.length, 8_000);
    const samples = buffer.getChannelData(0);
    bytes.forEach((byte, index) => { samples[index] = table[byte]; });
    const node = this.#context.createBufferSource();
    node.buffer = buffer;
    node.connect(this.#context.destination);
    node.start(this.#at);
    this.#at += buffer.duration;
  }
}

/** The table of A-law (ITU-T G.711). */
function a() {
  return Float32Array.from({ length: 256 }, (_, code) => {
    const value = code ^ 0x55;
    const [segment, step] = [(value >> 4) & 7, value & 15];
    const size = segment === 0 ? (step << 4) + 8 : ((step << 4) + 264) << (segment - 1);
    return (value & 0x80 ? size : -size) / 32_768;
  });
}

/** The table of µ-law. */
function mu() {
  return Float32Array.from({ length: 256 }, (_, code) => {
    const value = ~code & 0xff;
    const size = (((value & 15) << 3) + 132 << ((value >> 4) & 7)) - 132;
    return (value & 0x80 ? -size : size) / 32_768;
  });
}
