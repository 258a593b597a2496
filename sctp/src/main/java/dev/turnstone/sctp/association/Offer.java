package dev.turnstone.sctp.association;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.ChunkType;
import dev.turnstone.sctp.chunk.Parameter;
import java.util.List;

/**
 * What our INIT and INIT ACK offer, and what to leave out for a peer that chokes on it.
 *
 * <p>A parameter that a peer does not know is to be skipped (RFC 9260 section 3.2.1). Some abort or
 * stay silent instead; to those a plain INIT goes, with nothing but the two parameters that every
 * WebRTC stack has sent since RFC 8831. Tag and TSN stay, so the answer to either INIT will do, in
 * whatever order they come.
 */
final class Offer {
  /**
   * From which retransmission on INIT is plain. The first repeats the INIT: one packet is easily
   * lost. Two in a row seldom are, and with the default timeouts the second goes out after 1.5 s; a
   * peer that chokes should not wait longer. If it was loss after all, only the extras are lost.
   */
  private static final int PLAIN_FROM = 2;

  private final SctpOptions options;
  private boolean plain;

  /** Full INITs sent that have not been answered with ABORT yet. */
  private int refusable;

  private boolean zeroChecksumAnnounced;

  Offer(SctpOptions options) {
    this.options = options;
  }

  /** The parameters of the INIT that is about to be sent. */
  List<Parameter> inInit() {
    if (plain || !options.zeroChecksum()) {
      return everywhere();
    }
    refusable++;
    return withZeroChecksum();
  }

  /** The parameters of an INIT that goes with a description: no peer that reads it chokes on it. */
  List<Parameter> inSignaledInit() {
    return options.zeroChecksum() ? withZeroChecksum() : everywhere();
  }

  /** The parameters of an INIT ACK, beside the cookie. */
  List<Parameter> inInitAck(PeerInit peer) {
    // RFC 9653 section 5.1 lets either side announce alone. A peer that does not announce has
    // nothing to gain from our saying it, and may choke on it.
    return options.zeroChecksum() && peer.zeroChecksum() ? withZeroChecksum() : everywhere();
  }

  private List<Parameter> everywhere() {
    int[] chunks =
        options.interleaving()
            ? new int[] {
              ChunkType.RECONFIG, ChunkType.FORWARD_TSN, ChunkType.I_DATA, ChunkType.I_FORWARD_TSN
            }
            : new int[] {ChunkType.RECONFIG, ChunkType.FORWARD_TSN};
    return List.of(new Parameter.ForwardTsnSupported(), new Parameter.SupportedExtensions(chunks));
  }

  private List<Parameter> withZeroChecksum() {
    zeroChecksumAnnounced = true;
    List<Parameter> rest = everywhere();
    return List.of(
        rest.get(0),
        rest.get(1),
        new Parameter.ZeroChecksumAcceptable(Parameter.ZeroChecksumAcceptable.OVER_DTLS));
  }

  /** INIT is about to be sent for the {@code retries}-th time again. */
  void handleSilence(int retries) {
    plain |= retries >= PLAIN_FROM;
  }

  /** What an ABORT that answers INIT means. */
  enum Refusal {
    /** A plain INIT is to be tried now. */
    TRY_PLAIN,
    /** It answers a full INIT, and a plain one is on its way already. */
    LATE,
    /** The peer does not want us. */
    FINAL
  }

  /**
   * INIT was answered with ABORT. Each full INIT that was sent accounts for one; so the second
   * ABORT to a full INIT that went out twice does not end what the plain one has begun, and there
   * are never more tries than full INITs.
   */
  Refusal handleAbort() {
    if (refusable == 0) {
      return Refusal.FINAL;
    }
    refusable--;
    if (plain) {
      return Refusal.LATE;
    }
    plain = true;
    return Refusal.TRY_PLAIN;
  }

  /**
   * Whether a checksum of zero passes (RFC 9653 section 5.3): from when we have said so on, and for
   * good, since the answer to a plain INIT may still be one to a full INIT.
   */
  boolean acceptsZeroChecksum() {
    return zeroChecksumAnnounced;
  }
}
