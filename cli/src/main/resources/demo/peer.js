// The connection to the Java peer: signaling, four channels, and how it ends.

const CHANNELS = {
  chat: {},
  ping: {ordered: false, maxRetransmits: 0},
  file: {},
  bulk: {},
};
const GATHER_MILLIS = 2000;
const OPEN_MILLIS = 15000;

/** What went wrong, in words for the page. */
export class PeerError extends Error {
  constructor(title, text) {
    super(text);
    this.title = title;
  }
}

/** Completes when all candidates are known, or after a while with those that are. */
function gathered(pc) {
  return new Promise(resolve => {
    if (pc.iceGatheringState === 'complete') return resolve();
    const timer = setTimeout(resolve, GATHER_MILLIS);
    pc.addEventListener('icegatheringstatechange', () => {
      if (pc.iceGatheringState !== 'complete') return;
      clearTimeout(timer);
      resolve();
    });
  });
}

function opened(channel) {
  return new Promise((resolve, reject) => {
    if (channel.readyState === 'open') return resolve();
    channel.addEventListener('open', resolve, {once: true});
    channel.addEventListener('close', () => reject(new Error('closed')), {once: true});
  });
}

function within(millis, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Says "state" (detail: connecting, connected, interrupted, gone) and, when gone, carries why in
 * `failure`. After "connected" the channels are open.
 */
export class JavaPeer extends EventTarget {
  constructor() {
    super();
    this.state = 'new';
    this.channels = {};
    this.pc = null;
    this.id = null;
    addEventListener('pagehide', () => this.leave());
    addEventListener('pageshow', event => event.persisted && this.connect()); // back to a kept page
  }

  become(state, failure = null) {
    if (this.state === state) return;
    this.state = state;
    this.failure = failure;
    this.dispatchEvent(new CustomEvent('state', {detail: state}));
  }

  async connect() {
    this.leave();
    this.become('connecting');
    const begun = performance.now();
    try {
      await this.establish(begun);
    } catch (error) {
      this.leave();
      this.become('gone', error instanceof PeerError
        ? error
        : new PeerError('Could not connect', `The browser says: ${error.message}`));
    }
  }

  async establish(begun) {
    if (!window.RTCPeerConnection) {
      throw new PeerError('No WebRTC here', 'This browser has none, or it is switched off.');
    }
    const pc = new RTCPeerConnection();
    this.pc = pc;
    pc.addEventListener('connectionstatechange', () => this.follow(pc));
    const channels = {};
    for (const [name, options] of Object.entries(CHANNELS)) {
      const channel = pc.createDataChannel(name, options);
      channel.binaryType = 'arraybuffer';
      channel.addEventListener('close', () => this.lose(pc));
      channels[name] = channel;
    }
    this.channels = channels;
    await pc.setLocalDescription();
    await gathered(pc);
    const answer = await this.signal(pc.localDescription);
    if (this.pc !== pc) return;
    this.id = answer.id;
    await pc.setRemoteDescription({type: 'answer', sdp: answer.sdp});
    try {
      await within(OPEN_MILLIS, Promise.all(Object.values(channels).map(opened)));
    } catch (late) {
      throw new PeerError(
        'No path to the Java peer',
        'It answered, and then no packet got through. A firewall or a VPN may be in the way.');
    }
    if (this.pc !== pc) return;
    this.setupMillis = performance.now() - begun;
    this.become('connected');
  }

  async signal(offer) {
    let response;
    try {
      response = await fetch('/api/offer', {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({type: offer.type, sdp: offer.sdp}),
      });
    } catch (unreachable) {
      throw new PeerError(
        'The Java peer is not running',
        'Start it again with ./turnstone demo, then reconnect.');
    }
    const body = await response.json().catch(() => ({}));
    if (response.status === 503) {
      throw new PeerError('The Java peer is busy', body.error ?? 'Close another tab and try again.');
    }
    if (!response.ok) {
      throw new PeerError('The Java peer refused', body.error ?? `It said ${response.status}.`);
    }
    return body;
  }

  follow(pc) {
    if (pc !== this.pc) return;
    if (pc.connectionState === 'failed' || pc.connectionState === 'closed') this.lose(pc);
    else if (pc.connectionState === 'disconnected') this.become('interrupted');
    else if (pc.connectionState === 'connected' && this.state === 'interrupted') this.become('connected');
  }

  lose(pc) {
    if (pc !== this.pc || this.state === 'connecting') return;
    this.leave();
    this.become('gone', new PeerError(
      'The Java peer went away',
      'The connection has ended. If you stopped it, start it again with ./turnstone demo.'));
  }

  /** Closes the connection and tells the server, which need not find out by itself then. */
  leave() {
    if (this.id) {
      fetch(`/api/visitors/${this.id}`, {method: 'DELETE', keepalive: true}).catch(() => {});
      this.id = null;
    }
    const pc = this.pc;
    this.pc = null;
    pc?.close();
  }
}
