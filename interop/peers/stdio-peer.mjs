// The conversation of `turnstone peer --stdio`, for stacks that run on Node. One JSON object per line.
//
// A stack gives `connect()`, which returns a connection of three functions:
//   answer(sdp)  -> promise of the answer with all candidates inside; channels of the peer go to `onChannel`
//   offer(label) -> promise of { sdp, channel }
//   accept(sdp)  -> takes the answer
// and `close()`. A channel has `send(stringOrBuffer)`, `onOpen(callback)` and `onMessage(callback)`.

import { createInterface } from 'node:readline';

const say = (object) => process.stdout.write(JSON.stringify(object) + '\n');
const fail = (error) => say({ type: 'error', error: String(error?.message ?? error) });

function echo(channel) {
  channel.onMessage((message) => channel.send(message));
}

function probe(channel) {
  const wanted = ['hello', Buffer.alloc(1000, 1), Buffer.alloc(60000, 2)];
  let begun = 0;
  let next = 0;
  channel.onMessage((message) => {
    const want = wanted[next++];
    const same = typeof want === 'string' ? message === want : Buffer.isBuffer(message) && want.equals(message);
    if (!same) {
      say({ type: 'probe', ok: false, error: `message ${next} came back different` });
    } else if (next === wanted.length) {
      say({ type: 'probe', ok: true, ms: Date.now() - begun });
    }
  });
  channel.onOpen(() => {
    begun = Date.now();
    wanted.forEach((message) => channel.send(message));
  });
}

export function run(connect) {
  let offering = null;
  const open = [];

  async function handle(line) {
    const message = JSON.parse(line);
    if (message.type === 'offer') {
      const connection = connect();
      open.push(connection);
      say({ type: 'answer', sdp: await connection.answer(message.sdp, echo) });
    } else if (message.type === 'answer') {
      await offering.accept(message.sdp);
    } else if (message.cmd === 'makeOffer') {
      offering = connect();
      open.push(offering);
      const { sdp, channel } = await offering.offer('probe');
      probe(channel);
      say({ type: 'offer', sdp });
    } else if (message.cmd === 'exit') {
      leave();
    } else {
      throw new Error('not understood: ' + line);
    }
  }

  function leave() {
    open.forEach((connection) => connection.close());
    process.exit(0);
  }

  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => line.trim() && handle(line).catch(fail));
  lines.on('close', leave);
  process.on('unhandledRejection', fail);
  say({ type: 'ready' });
}
