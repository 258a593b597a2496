// The page: what each card shows and does.

import {JavaPeer} from './peer.js';
import {Plot, Rope} from './plot.js';

const $ = id => document.getElementById(id);
const peer = new JavaPeer();
const rope = new Rope($('rope'));

const millis = value => value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value));
const mbit = value => value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** The hash as text, or null where the page is not in a secure context. */
async function sha256(buffer) {
  if (!crypto.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', buffer));
  return [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** What both ends make of a file; the page has no hash of its own where it may not compute one. */
function showHash(place, here, there) {
  const brief = hash => `${hash.slice(0, 10)}…${hash.slice(-6)}`;
  place.className = here === null ? 'hash' : here === there ? 'hash match' : 'hash differ';
  place.title = there;
  place.textContent = here === null ? `SHA-256 at Java's end ${brief(there)}`
    : here === there ? `SHA-256 ${brief(there)} at both ends`
    : `The hashes differ: ${brief(here)} here, ${brief(there)} at Java's end`;
}

/** Runs each time a new set of channels is open. */
const onConnected = [];
/** Runs when they are gone. */
const onGone = [];

// Round trip

const PING_MILLIS = 100;
const PING_WINDOW = 60;
const PING_LOST_MILLIS = 2000;
const pingPlot = new Plot($('ping-plot'), {
  unit: 'ms', least: 0.8, from: -PING_WINDOW, to: 0,
  tick: time => time === 0 ? 'now' : `${-time} s ago`, empty: 'Waiting for the first echo',
});
const ping = {timer: 0, sequence: 0, sent: new Map(), samples: [], lost: 0};

function pingTick() {
  const channel = peer.channels.ping;
  const now = performance.now();
  for (const [sequence, at] of ping.sent) {
    if (now - at < PING_LOST_MILLIS) break;
    ping.sent.delete(sequence);
    ping.lost++;
    ping.samples.push([at, null]);
  }
  if (channel?.readyState === 'open') {
    ping.sent.set(String(ping.sequence), now);
    channel.send(String(ping.sequence++));
    if (ping.sequence % 8 === 1) rope.bead();
  }
  ping.samples = ping.samples.filter(sample => now - sample[0] < PING_WINDOW * 1000);
  pingPlot.show([{tone: 'a', points: ping.samples.map(([at, value]) => [(at - now) / 1000, value])}]);
  if (ping.sequence % 5 === 0) pingFigures();
}

function pingFigures() {
  const values = ping.samples.map(sample => sample[1]).filter(value => value !== null).sort((a, b) => a - b);
  $('ping-lost').textContent = ping.lost;
  $('ping-sent').textContent = ping.sequence.toLocaleString('en');
  if (values.length === 0) return;
  const at = share => values[Math.min(values.length - 1, Math.floor(values.length * share))];
  const recent = ping.samples.slice(-10).map(sample => sample[1]).filter(value => value !== null).sort((a, b) => a - b);
  if (recent.length) $('rtt-now').textContent = millis(recent[recent.length >> 1]);
  $('now').classList.toggle('off', peer.state !== 'connected');
  $('ping-min').textContent = millis(values[0]);
  $('ping-median').textContent = millis(at(0.5));
  $('ping-p95').textContent = millis(at(0.95));
  $('ping-plot').setAttribute('aria-label', `Round-trip time of the last minute: median ${millis(at(0.5))} ms, 95th percentile ${millis(at(0.95))} ms`);
}

onConnected.push(() => {
  Object.assign(ping, {sequence: 0, lost: 0, samples: []});
  ping.sent.clear();
  peer.channels.ping.onmessage = ({data}) => {
    const at = ping.sent.get(data);
    if (at === undefined) return;
    ping.sent.delete(data);
    ping.samples.push([at, performance.now() - at]);
  };
  clearInterval(ping.timer);
  ping.timer = setInterval(pingTick, PING_MILLIS);
});
onGone.push(() => {
  clearInterval(ping.timer);
  $('now').classList.add('off');
});

// Chat

const waiting = [];

function bubble(who, text, note) {
  const item = document.createElement('li');
  item.className = who;
  item.textContent = text;
  if (note) {
    const small = document.createElement('small');
    small.textContent = note;
    item.append(small);
  }
  const list = $('chat');
  list.append(item);
  while (list.children.length > 200) list.firstChild.remove();
  list.scrollTop = list.scrollHeight;
}

onConnected.push(() => {
  waiting.length = 0;
  peer.channels.chat.onmessage = ({data}) => {
    const at = waiting.shift();
    bubble('java', String(data), at === undefined ? 'Java' : `Java, after ${millis(performance.now() - at)} ms`);
  };
});

$('say').addEventListener('submit', event => {
  event.preventDefault();
  const text = $('words').value;
  if (!text.trim() || peer.channels.chat?.readyState !== 'open') return;
  bubble('mine', text);
  waiting.push(performance.now());
  peer.channels.chat.send(text);
  $('words').value = '';
});

// Throughput

const RUN_SECONDS = 4;
const BULK_BYTES = 64 * 1024;
const BULK_BUFFER = 4 * 1024 * 1024;
const bulkPlot = new Plot($('bulk-plot'), {
  unit: 'Mbit/s', least: 10, from: 0, to: RUN_SECONDS,
  tick: time => `${time} s`, empty: 'Start a run below',
});
const runs = {up: [], down: []};
let running = null;

function showRuns() {
  bulkPlot.show([{tone: 'a', points: runs.up}, {tone: 'b', points: runs.down}].filter(one => one.points.length));
}

/** Turns a growing count of bytes into points of Mbit/s. */
function meter(points) {
  let bytesBefore = 0;
  let secondsBefore = 0;
  return (bytes, seconds) => {
    const elapsed = seconds - secondsBefore;
    if (elapsed < 0.05) return;
    points.push([seconds, (bytes - bytesBefore) * 8 / 1e6 / elapsed]);
    bytesBefore = bytes;
    secondsBefore = seconds;
    showRuns();
  };
}

function begin(direction) {
  running = direction;
  runs[direction] = [];
  $(`run-${direction}`).setAttribute('aria-busy', 'true');
  $(`${direction}-figure`).textContent = '…';
  $('run-up').disabled = $('run-down').disabled = true;
}

function finish(figure) {
  if (running === null) return;
  $(`run-${running}`).removeAttribute('aria-busy');
  $(`${running}-figure`).textContent = figure === null ? 'Run' : `${mbit(figure)} Mbit/s`;
  if (figure !== null) {
    const other = running === 'up' ? 'Browser to Java' : 'Java to browser';
    $('bulk-plot').setAttribute('aria-label', `Throughput: ${other} ${mbit(figure)} Mbit/s`);
  }
  running = null;
  const open = peer.state === 'connected';
  $('run-up').disabled = $('run-down').disabled = !open;
}

$('run-up').addEventListener('click', () => {
  const channel = peer.channels.bulk;
  begin('up');
  const measure = meter(runs.up);
  const message = new Uint8Array(BULK_BYTES);
  const begun = performance.now();
  let over = false;
  channel.bufferedAmountLowThreshold = BULK_BUFFER / 2;
  const fill = () => {
    if (over || channel.readyState !== 'open') return;
    while (channel.bufferedAmount < BULK_BUFFER) {
      if (performance.now() - begun > RUN_SECONDS * 1000) {
        over = true;
        channel.onbufferedamountlow = null;
        channel.send('{"op":"stop"}');
        return;
      }
      channel.send(message);
    }
  };
  channel.onbufferedamountlow = fill;
  channel.onmessage = ({data}) => {
    const told = JSON.parse(data);
    if (told.op === 'rate') measure(told.bytes, told.millis / 1000);
    if (told.op === 'total') finish(told.millis ? told.bytes * 8 / 1e3 / told.millis : 0);
  };
  channel.send('{"op":"up"}');
  fill();
});

$('run-down').addEventListener('click', () => {
  const channel = peer.channels.bulk;
  begin('down');
  const measure = meter(runs.down);
  const begun = performance.now();
  let bytes = 0;
  let sampled = begun;
  channel.onmessage = ({data}) => {
    const now = performance.now();
    if (typeof data === 'string') {
      if (JSON.parse(data).op === 'total') finish(bytes * 8 / 1e3 / Math.max(1, now - begun));
      return;
    }
    bytes += data.byteLength;
    if (now - sampled < 100) return;
    sampled = now;
    measure(bytes, (now - begun) / 1000);
  };
  channel.send(JSON.stringify({op: 'down', seconds: RUN_SECONDS}));
});

onGone.push(() => finish(null));

// Files

const FILE_CHUNK = 32 * 1024;
const FILE_BUFFER = 1024 * 1024;
const HASH_LIMIT = 256 * 1024 * 1024;
let put = null;
let got = null;

function drained(channel) {
  return new Promise((resolve, reject) => {
    channel.bufferedAmountLowThreshold = FILE_BUFFER / 2;
    channel.addEventListener('bufferedamountlow', resolve, {once: true});
    channel.addEventListener('close', () => reject(new Error('closed')), {once: true});
  });
}

async function sendFile(file) {
  const channel = peer.channels.file;
  if (put || channel?.readyState !== 'open') return;
  const current = {file, begun: performance.now()};
  put = current;
  $('drop').classList.add('off');
  $('put').hidden = false;
  $('put-name').textContent = file.name;
  $('put-state').textContent = `0 of ${size(file.size)}`;
  $('put-hash').textContent = '';
  $('put-hash').className = 'hash';
  $('put-bar').value = 0;
  try {
    channel.send(JSON.stringify({op: 'put', size: file.size}));
    for (let at = 0; at < file.size && put === current;) {
      const block = await file.slice(at, at + FILE_BUFFER).arrayBuffer();
      for (let from = 0; from < block.byteLength; from += FILE_CHUNK) {
        if (put !== current) return;
        channel.send(block.slice(from, from + FILE_CHUNK));
        if (channel.bufferedAmount > FILE_BUFFER) await drained(channel);
      }
      at += block.byteLength;
    }
  } catch (error) {
    if (put !== current) return;
    if (channel.readyState === 'open') channel.send('{"op":"cancel"}');
    endPut(`Not sent: ${error.message}`);
  }
}

function endPut(words) {
  $('put-state').textContent = words;
  put = null;
  $('pick').value = '';
  $('drop').classList.toggle('off', peer.state !== 'connected');
}

async function stored(told) {
  const {file, begun} = put;
  const seconds = (performance.now() - begun) / 1000;
  $('put-bar').value = 1;
  endPut(`${size(told.size)} in ${seconds.toFixed(1)} s, ${mbit(told.size * 8 / 1e6 / Math.max(seconds, 0.001))} Mbit/s`);
  const own = file.size <= HASH_LIMIT ? await sha256(await file.arrayBuffer()) : null;
  showHash($('put-hash'), own, told.sha256);
}

async function gotAll() {
  const {meta, chunks, begun} = got;
  const seconds = (performance.now() - begun) / 1000;
  got = null;
  $('get').disabled = peer.state !== 'connected';
  const blob = new Blob(chunks, {type: meta.type});
  $('got-bar').value = 1;
  $('got-state').textContent = `${size(meta.size)} in ${seconds.toFixed(2)} s`;
  if ($('postcard-image').src) URL.revokeObjectURL($('postcard-image').src);
  const url = URL.createObjectURL(blob);
  $('postcard-image').src = url;
  $('postcard-link').href = url;
  $('postcard-link').download = meta.name;
  $('postcard').hidden = false;
  showHash($('got-hash'), await sha256(await blob.arrayBuffer()), meta.sha256);
}

function onFileMessage({data}) {
  if (typeof data !== 'string') {
    if (!got?.meta) return;
    got.chunks.push(data);
    got.bytes += data.byteLength;
    $('got-bar').value = got.bytes / got.meta.size;
    $('got-state').textContent = `${size(got.bytes)} of ${size(got.meta.size)}`;
    if (got.bytes >= got.meta.size) gotAll();
    return;
  }
  const told = JSON.parse(data);
  if (told.op === 'progress' && put) {
    $('put-bar').value = told.received / put.file.size;
    $('put-state').textContent = `${size(told.received)} of ${size(put.file.size)}`;
  } else if (told.op === 'stored' && put) {
    stored(told);
  } else if (told.op === 'file' && got) {
    got.meta = told;
    $('got-name').textContent = told.name;
  } else if (told.op === 'error' && put) {
    endPut(`Not sent: ${told.error}`);
  }
}

$('get').addEventListener('click', () => {
  got = {meta: null, chunks: [], bytes: 0, begun: performance.now()};
  $('get').disabled = true;
  $('got').hidden = false;
  $('got-name').textContent = 'Java is drawing';
  $('got-state').textContent = '';
  $('got-hash').textContent = '';
  $('got-bar').value = 0;
  peer.channels.file.send('{"op":"get"}');
});
$('pick').addEventListener('change', () => $('pick').files[0] && sendFile($('pick').files[0]));
for (const name of ['dragover', 'dragleave', 'drop']) {
  $('drop').addEventListener(name, event => {
    event.preventDefault();
    $('drop').classList.toggle('over', name === 'dragover');
    if (name === 'drop' && event.dataTransfer.files[0]) sendFile(event.dataTransfer.files[0]);
  });
}

onConnected.push(() => {
  peer.channels.file.onmessage = onFileMessage;
});
onGone.push(() => {
  if (put) endPut('Interrupted');
  if (got) {
    got = null;
    $('got-state').textContent = 'Interrupted';
  }
});

// Under the hood

function address(candidate) {
  if (!candidate) return '–';
  const host = candidate.address || candidate.ip;
  if (!host) return `port ${candidate.port} (${candidate.candidateType}, address hidden)`;
  return `${host.includes(':') ? `[${host}]` : host}:${candidate.port} (${candidate.candidateType})`;
}

let shownDetails = '';

async function details() {
  const pc = peer.pc;
  if (!pc) return;
  const stats = await pc.getStats();
  const all = [...stats.values()];
  const transport = all.find(one => one.type === 'transport');
  const pair = stats.get(transport?.selectedCandidatePairId)
    ?? all.find(one => one.type === 'candidate-pair' && one.nominated && one.state === 'succeeded');
  const rows = [
    ['Set-up', peer.setupMillis ? `${Math.round(peer.setupMillis)} ms` : '–'],
    ['ICE', pc.iceConnectionState],
    ['This end', address(stats.get(pair?.localCandidateId))],
    ['Java\'s end', address(stats.get(pair?.remoteCandidateId))],
    ['DTLS', [pc.sctp?.transport?.state, transport?.tlsVersion && {FEFD: '1.2', FEFC: '1.3'}[transport.tlsVersion]].filter(Boolean).join(', ') || '–'],
    ['Cipher', transport?.dtlsCipher?.replace(/^TLS_/, '').replaceAll('_', ' ') ?? '–'],
    ['SCTP', pc.sctp?.state ?? '–'],
    ['Largest message', pc.sctp?.maxMessageSize ? size(pc.sctp.maxMessageSize) : '–'],
    ['Sent', transport?.bytesSent !== undefined ? size(transport.bytesSent) : '–'],
    ['Received', transport?.bytesReceived !== undefined ? size(transport.bytesReceived) : '–'],
  ];
  const text = JSON.stringify(rows);
  if (text === shownDetails) return; // a selection of the text survives
  shownDetails = text;
  $('hood').hidden = false;
  $('details').replaceChildren(...rows.map(([name, value]) => {
    const row = document.createElement('div');
    const term = document.createElement('dt');
    const text = document.createElement('dd');
    term.textContent = name;
    text.textContent = value;
    row.append(term, text);
    return row;
  }));
}

setInterval(() => details().catch(() => {}), 1000);

async function about() {
  const told = await (await fetch('/api/about')).json();
  $('java-name').textContent = `Java ${told.java}`;
  $('java-detail').textContent = told.os;
  const {firstMillis, nextMillis, roundTripMicros, mbitPerSecond} = told.inside;
  $('inside').textContent = `Turnstone ${told.version}. Two peers inside the JVM just now: set-up ${Math.round(firstMillis)} ms, `
    + `then ${Math.round(nextMillis)} ms; round trip ${Math.round(roundTripMicros)} µs; ${mbit(mbitPerSecond)} Mbit/s.`;
}

function nameBrowser() {
  const agent = navigator.userAgent;
  const [, name, version] = agent.match(/(Firefox|Edg|Chrome|Version)\/(\d+)/) ?? [];
  if (!name) return;
  const edge = agent.match(/Edg\/(\d+)/);
  const known = {Version: 'Safari', Edg: 'Edge'}[name] ?? name;
  $('browser-name').textContent = edge ? `Edge ${edge[1]}` : `${known} ${version}`;
  $('browser-detail').textContent = 'this page';
}

// Coming and going

const WORDS = {connecting: 'Connecting', connected: 'Connected', interrupted: 'Interrupted', gone: 'Not connected'};

peer.addEventListener('state', () => {
  const {state} = peer;
  const open = state === 'connected';
  $('status').dataset.state = state;
  $('status-text').textContent = WORDS[state];
  rope.connect(open);
  $('notice').hidden = state !== 'gone';
  if (state === 'gone') {
    $('notice-title').textContent = peer.failure.title;
    $('notice-text').textContent = peer.failure.message;
  }
  for (const id of ['words', 'pick', 'get']) $(id).disabled = !open;
  $('say').querySelector('button').disabled = !open;
  $('drop').classList.toggle('off', !open);
  if (running === null) $('run-up').disabled = $('run-down').disabled = !open;
  if (open && peer.fresh !== peer.pc) {
    peer.fresh = peer.pc; // not after a mere interruption
    onConnected.forEach(each => each());
    details().catch(() => {});
    about().catch(() => {});
  } else if (state === 'gone') {
    onGone.forEach(each => each());
  }
});

$('reconnect').addEventListener('click', () => peer.connect());
nameBrowser();
details().catch(() => {});
peer.connect();
