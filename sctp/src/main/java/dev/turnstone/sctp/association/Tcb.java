package dev.turnstone.sctp.association;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.congestion.Bbr;
import dev.turnstone.sctp.congestion.CongestionController;
import dev.turnstone.sctp.congestion.Cubic;
import dev.turnstone.sctp.congestion.NewReno;
import dev.turnstone.sctp.receive.DataReceiver;
import dev.turnstone.sctp.receive.ReceiveLimits;
import dev.turnstone.sctp.send.DataSender;
import dev.turnstone.sctp.timer.RetransmissionTimeout;

/**
 * What an association has once it knows its peer: tags and the two halves (the transmission control
 * block of RFC 9260 section 14). A restart of the peer makes a new one.
 */
final class Tcb {
  private final Context context;
  private final int localTag;
  private final PeerInit peer;
  private DataSender sender;
  private final DataReceiver receiver;
  private final Reconfiguration reconfiguration;
  private int errors;
  private long duplicateChunks;

  private Tcb(Context context, int localTag, int localTsn, PeerInit peer, DataSender sender) {
    this.context = context;
    this.localTag = localTag;
    this.peer = peer;
    this.sender = sender;
    this.receiver =
        new DataReceiver(
            peer.initialTsn(),
            Math.min(context.options.inboundStreams(), peer.outboundStreams()),
            new ReceiveLimits(
                context.options.receiveBuffer(),
                context.options.receiveBufferMax(),
                context.options.maxReceivedMessageSize()),
            context.receiveBudget);
    this.reconfiguration = new Reconfiguration(context, localTsn, peer.initialTsn());
  }

  /**
   * A new one.
   *
   * @param carried the sending half of the one that this replaces within a handshake, or null
   */
  static Tcb create(
      Context context, int localTag, int localTsn, PeerInit peer, DataSender carried) {
    DataSender sender = carried;
    if (sender == null) {
      SctpOptions options = context.options;
      RetransmissionTimeout rto =
          new RetransmissionTimeout(
              options.rtoInitialNanos(), options.rtoMinNanos(), options.rtoMaxNanos());
      sender = newSender(context, rto, localTsn, peer.arwnd());
    } else {
      sender.setPeerWindow(peer.arwnd());
    }
    return new Tcb(context, localTag, localTsn, peer, sender);
  }

  private static DataSender newSender(
      Context context, RetransmissionTimeout rto, int firstTsn, long peerWindow) {
    SctpOptions options = context.options;
    return new DataSender(options, context.queue, congestion(context), rto, firstTsn, peerWindow);
  }

  /**
   * All numbers of both sides begin anew (RFC 6525 section 5.2.7); nothing is outstanding. The
   * congestion window begins anew too.
   *
   * @param localTsn what our next chunk gets
   * @param peerTsn what the peer's next chunk has
   */
  void restart(int localTsn, int peerTsn) {
    context.retire(sender);
    sender = newSender(context, rto(), localTsn, sender.peerWindow());
    receiver.restart(peerTsn);
    deliver();
    context.queue.resetNumbers();
  }

  private static CongestionController congestion(Context context) {
    SctpOptions options = context.options;
    long initialWindow = (long) options.initialWindowPackets() * options.mtu();
    return switch (options.congestionControl()) {
      case NEW_RENO -> new NewReno(options.mtu(), initialWindow);
      case CUBIC -> new Cubic(options.mtu(), initialWindow);
      case BBR -> new Bbr(options.mtu(), initialWindow, context.random);
    };
  }

  int localTag() {
    return localTag;
  }

  int peerTag() {
    return peer.tag();
  }

  PeerInit peer() {
    return peer;
  }

  DataSender sender() {
    return sender;
  }

  DataReceiver receiver() {
    return receiver;
  }

  Reconfiguration reconfiguration() {
    return reconfiguration;
  }

  RetransmissionTimeout rto() {
    return sender.roundTrip();
  }

  /**
   * Whether packets may leave without checksum (RFC 9653 section 5.2): the peer takes them, and we
   * rely on DTLS too.
   */
  boolean zeroChecksum() {
    return context.options.zeroChecksum() && peer.zeroChecksum();
  }

  int inboundStreams() {
    return receiver.inboundStreams();
  }

  int outboundStreams() {
    return Math.min(context.options.outboundStreams(), peer.inboundStreams());
  }

  /** The path is another: what was learnt of the old one is forgotten. */
  void handlePathChange(long nowNanos) {
    sender.handlePathChange(congestion(context), nowNanos);
  }

  /** Hands what has become whole to the layer above. */
  void deliver() {
    for (SctpEvent.MessageReceived message = receiver.pollMessage();
        message != null;
        message = receiver.pollMessage()) {
      context.counters.messagesReceived++;
      context.emit(message);
    }
  }

  /** One more; returns how many there have been without a sign of the peer. */
  int countError() {
    return ++errors;
  }

  void clearErrors() {
    errors = 0;
  }

  void countDuplicate() {
    duplicateChunks++;
  }

  long duplicateChunks() {
    return duplicateChunks;
  }
}
