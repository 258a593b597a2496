// werift behind the conversation of `turnstone peer --stdio`.
import { RTCPeerConnection } from 'werift';
import { run } from '../stdio-peer.mjs';

function wrap(channel) {
  return {
    send: (message) => channel.send(message),
    onOpen: (callback) =>
      channel.readyState === 'open' ? callback() : channel.stateChanged.subscribe((state) => state === 'open' && callback()),
    onMessage: (callback) => channel.onMessage.subscribe(callback),
  };
}

function gathered(pc) {
  return pc.iceGatheringState === 'complete'
    ? Promise.resolve()
    : new Promise((done) => pc.iceGatheringStateChange.subscribe((state) => state === 'complete' && done()));
}

run(() => {
  const pc = new RTCPeerConnection({ iceServers: [], iceAdditionalHostAddresses: ['127.0.0.1'] });
  return {
    async answer(sdp, onChannel) {
      pc.onDataChannel.subscribe((channel) => onChannel(wrap(channel)));
      await pc.setRemoteDescription({ type: 'offer', sdp });
      await pc.setLocalDescription(await pc.createAnswer());
      await gathered(pc);
      return pc.localDescription.sdp;
    },
    async offer(label) {
      const channel = pc.createDataChannel(label);
      await pc.setLocalDescription(await pc.createOffer());
      await gathered(pc);
      return { sdp: pc.localDescription.sdp, channel: wrap(channel) };
    },
    accept: (sdp) => pc.setRemoteDescription({ type: 'answer', sdp }),
    close: () => pc.close(),
  };
});
