// libdatachannel (node-datachannel) behind the conversation of `turnstone peer --stdio`.
import { PeerConnection } from 'node-datachannel';
import { run } from '../stdio-peer.mjs';

function wrap(channel) {
  return {
    send: (message) =>
      typeof message === 'string' ? channel.sendMessage(message) : channel.sendMessageBinary(message),
    onOpen: (callback) => (channel.isOpen() ? callback() : channel.onOpen(callback)),
    onMessage: (callback) =>
      channel.onMessage((message) => callback(typeof message === 'string' ? message : Buffer.from(message))),
  };
}

let count = 0;

run(() => {
  const pc = new PeerConnection('peer' + count++, {
    iceServers: [],
    bindAddress: '127.0.0.1',
    maxMessageSize: 262144,
  });
  const gathered = () =>
    new Promise((done) => {
      const look = () => pc.gatheringState() === 'complete' && pc.localDescription() && done(pc.localDescription().sdp);
      pc.onGatheringStateChange(look);
      look();
    });
  return {
    answer(sdp, onChannel) {
      pc.onDataChannel((channel) => onChannel(wrap(channel)));
      const local = gathered();
      pc.setRemoteDescription(sdp, 'offer');
      return local;
    },
    async offer(label) {
      const local = gathered();
      const channel = pc.createDataChannel(label);
      return { sdp: await local, channel: wrap(channel) };
    },
    accept: async (sdp) => pc.setRemoteDescription(sdp, 'answer'),
    close: () => pc.close(),
  };
});
