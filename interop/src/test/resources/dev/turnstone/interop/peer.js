// The browser's side of a test: RTCPeerConnections by name, with every message that came kept.
// Waiting is by event: each event wakes the waiters, and a waiter that waits too long says for what.
(() => {
  const TIMEOUT_MILLIS = 30000;
  const KEEP_BYTES = 1 << 20;

  const crcTable = new Uint32Array(256).map((_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });

  function crc32(bytes, crc = 0) {
    crc = ~crc;
    for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
    return ~crc >>> 0;
  }

  // The same bytes for the same seed as Pattern on the other side.
  class Pattern {
    constructor(seed) {
      this.state = seed | 0;
    }
    next(length) {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) {
        this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
        bytes[i] = this.state >>> 24;
      }
      return bytes;
    }
  }

  class Peer {
    constructor(configuration) {
      this.pc = new RTCPeerConnection(configuration);
      this.channels = new Map();
      this.waiters = new Set();
      this.candidates = [];
      this.echo = false;
      for (const kind of ['connectionstatechange', 'iceconnectionstatechange', 'icegatheringstatechange', 'signalingstatechange']) {
        this.pc.addEventListener(kind, () => this.wake());
      }
      this.pc.addEventListener('datachannel', (event) => this.adopt(event.channel));
      this.pc.addEventListener('icecandidate', (event) => {
        this.candidates.push(event.candidate ? event.candidate.toJSON() : { candidate: '', sdpMid: '0' });
        this.wake();
      });
    }

    wake() {
      for (const waiter of [...this.waiters]) waiter();
    }

    until(what, condition) {
      return new Promise((done, failed) => {
        const finish = (settle, value) => {
          this.waiters.delete(look);
          clearTimeout(timer);
          settle(value);
        };
        const look = () => condition() && finish(done);
        const timer = setTimeout(() => finish(failed, new Error(
            `the browser waited in vain: ${what}; connection ${this.pc.connectionState}, ice ${this.pc.iceConnectionState}, `
            + `channels ${[...this.channels].map(([k, c]) => `${k} ${c.channel.readyState} ${c.messages.length}`)}`)), TIMEOUT_MILLIS);
        this.waiters.add(look);
        look();
      });
    }

    adopt(channel) {
      const record = { channel, messages: [], bytes: 0, crc: 0, opened: channel.readyState === 'open', errors: [], events: [] };
      this.channels.set(channel.label, record);
      channel.binaryType = 'arraybuffer';
      for (const kind of ['open', 'closing', 'close', 'bufferedamountlow']) {
        channel.addEventListener(kind, () => {
          record.opened ||= kind === 'open';
          if (kind !== 'bufferedamountlow') record.events.push(kind);
          this.wake();
        });
      }
      channel.addEventListener('error', (event) => record.errors.push(String(event.error)));
      channel.addEventListener('message', ({ data }) => {
        if (this.echo) channel.send(data);
        if (typeof data === 'string') {
          record.messages.push({ text: data });
        } else {
          const bytes = new Uint8Array(data);
          record.bytes += bytes.length;
          if (record.countOnly) {
            if (record.bytes >= record.countOnly) this.wake();
            return;
          }
          record.crc = crc32(bytes, record.crc);
          if (record.bytes <= KEEP_BYTES) record.messages.push({ length: bytes.length, crc: crc32(bytes) });
        }
        this.wake();
      });
      this.wake();
      return record;
    }

    async local(gather) {
      if (gather) await this.until('gathering', () => this.pc.iceGatheringState === 'complete');
      return this.pc.localDescription.sdp;
    }

    async offer(gather) {
      await this.pc.setLocalDescription(await this.pc.createOffer());
      return this.local(gather);
    }

    async answer(sdp, gather) {
      await this.pc.setRemoteDescription({ type: 'offer', sdp });
      await this.pc.setLocalDescription(await this.pc.createAnswer());
      return this.local(gather);
    }

    accept(sdp) {
      return this.pc.setRemoteDescription({ type: 'answer', sdp });
    }

    addCandidate(candidate, sdpMid, usernameFragment) {
      return this.pc.addIceCandidate({ candidate, sdpMid, usernameFragment });
    }

    // The next offer has new credentials; what is left of the old candidates is nobody's.
    restartIce() {
      this.candidates.length = 0;
      this.pc.restartIce();
    }

    async takeCandidates() {
      await this.until('a candidate', () => this.candidates.length > 0);
      return this.candidates.splice(0);
    }

    open(label, options) {
      this.adopt(this.pc.createDataChannel(label, options));
    }

    record(label) {
      const record = this.channels.get(label);
      if (!record) throw new Error('the browser has no channel ' + label);
      return record;
    }

    untilOpen(label) {
      return this.until(`${label} to open`, () => this.channels.get(label)?.opened);
    }

    untilClosed(label) {
      return this.until(`${label} to close`, () => this.channels.get(label)?.channel.readyState === 'closed');
    }

    untilConnection(...states) {
      return this.until(`state ${states}`, () => states.includes(this.pc.connectionState)).then(() => this.pc.connectionState);
    }

    async received(label, count) {
      await this.until(`${count} messages on ${label}`, () => this.channels.get(label)?.messages.length >= count);
      return this.record(label).messages;
    }

    async receivedUntil(label, text) {
      await this.until(`"${text}" on ${label}`, () => this.channels.get(label)?.messages.some((m) => m.text === text));
      return this.record(label).messages;
    }

    async receivedBytes(label, count) {
      await this.until(`${count} bytes on ${label}`, () => this.channels.get(label)?.bytes >= count);
      const { bytes, crc } = this.record(label);
      return { bytes, crc };
    }

    // From now on bytes are counted and nothing else, so that the page's own work costs next to nothing.
    countOnly(label, bytes) {
      const record = this.record(label);
      record.countOnly = bytes;
      record.bytes = 0;
    }

    // Sends the same bytes again and again, in messages of one size.
    async sendPlain(label, total, size) {
      const { channel } = this.record(label);
      const bytes = new Uint8Array(size).fill(7);
      channel.bufferedAmountLowThreshold = 1 << 19;
      for (let sent = 0; sent < total; sent += size) {
        if (channel.bufferedAmount >= 1 << 20) await this.until('room to send', () => channel.bufferedAmount <= 1 << 19);
        channel.send(bytes);
      }
    }

    sendText(label, text) {
      this.record(label).channel.send(text);
    }

    sendPattern(label, seed, length) {
      this.record(label).channel.send(new Pattern(seed).next(length));
    }

    // Sends a long pattern in messages of one size, never with more than 1 MiB buffered.
    async sendBulk(label, seed, total, size) {
      const { channel } = this.record(label);
      const pattern = new Pattern(seed);
      channel.bufferedAmountLowThreshold = 1 << 18;
      for (let sent = 0; sent < total; sent += size) {
        await this.until('room to send', () => channel.bufferedAmount < 1 << 20);
        channel.send(pattern.next(Math.min(size, total - sent)));
      }
    }

    // Sends a pattern without end until endStream, which says how many bytes it became.
    beginStream(label, seed, size) {
      this.streaming = true;
      this.streamed = this.stream(this.record(label).channel, new Pattern(seed), size);
    }

    async stream(channel, pattern, size) {
      let total = 0;
      channel.bufferedAmountLowThreshold = 1 << 18;
      for (; this.streaming; total += size) {
        await this.until('room to send', () => channel.bufferedAmount < 1 << 20);
        channel.send(pattern.next(size));
      }
      return total;
    }

    endStream() {
      this.streaming = false;
      return this.streamed;
    }

    events(label) {
      return this.record(label).events;
    }

    channelCount() {
      return this.channels.size;
    }

    attributes(label) {
      const { label: name, protocol, ordered, maxPacketLifeTime, maxRetransmits, negotiated, id, priority, readyState } =
        this.record(label).channel;
      return { label: name, protocol, ordered, maxPacketLifeTime, maxRetransmits, negotiated, id, priority, readyState };
    }

    errors(label) {
      return this.record(label).errors;
    }

    closeChannel(label) {
      this.record(label).channel.close();
    }

    maxChannels() {
      return this.pc.sctp.maxChannels;
    }

    maxMessageSize() {
      return this.pc.sctp.maxMessageSize;
    }

    async transport() {
      for (const entry of (await this.pc.getStats()).values()) {
        if (entry.type === 'transport') return { role: entry.dtlsRole, state: entry.dtlsState, version: entry.tlsVersion, cipher: entry.dtlsCipher };
      }
      return {};
    }

    setEcho(value) {
      this.echo = value;
    }

    close() {
      this.pc.close();
      this.wake();
    }
  }

  const peers = new Map();
  window.turnstone = {
    make: (name, configuration) => void peers.set(name, new Peer(configuration)),
    call: (name, method, args) => peers.get(name)[method](...args),
  };
})();
