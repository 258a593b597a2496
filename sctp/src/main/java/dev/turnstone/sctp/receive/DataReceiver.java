package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent.MessageReceived;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.IForwardTsnChunk;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.Tsn;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Queue;

/**
 * The receiving half of an association, from its first TSN on. DATA and FORWARD TSN go in, messages
 * and SACKs come out. A restart or a reset of the TSNs begins a new one. One owner, no threads.
 *
 * <p>For each packet: its chunks, then {@link #handlePacketEnd}, then {@link #pollMessage} until
 * null. {@link #acknowledgement} says whether and when {@link #sack} is wanted.
 */
public final class DataReceiver {
  private static final int MOST_DUPLICATES = 32;
  private static final int SMALLEST_SACK = Chunk.HEADER_LENGTH + SackChunk.FIELDS;

  private int inboundStreams;
  private TsnTracker tracker;
  private final Reassembly reassembly;
  private final InterleavedReassembly interleaved;
  private final ReceiveWindow window;
  private final Queue<MessageReceived> delivered = new ArrayDeque<>();
  private final AckPolicy ack = new AckPolicy();
  private final int[] duplicates = new int[MOST_DUPLICATES];
  private int duplicateCount;

  /**
   * Nothing has arrived.
   *
   * @param initialTsn the peer's first TSN, from its INIT or INIT ACK
   * @param inboundStreams how many streams the peer may send on, ids 0 to this minus 1
   * @param limits how much to take in
   */
  public DataReceiver(int initialTsn, int inboundStreams, ReceiveLimits limits) {
    this(initialTsn, inboundStreams, limits, BufferBudget.unlimited());
  }

  /**
   * Nothing has arrived.
   *
   * @param initialTsn the peer's first TSN, from its INIT or INIT ACK
   * @param inboundStreams how many streams the peer may send on, ids 0 to this minus 1
   * @param limits how much to take in
   * @param budget where the window gets what it grows by, until {@link #close}
   */
  public DataReceiver(
      int initialTsn, int inboundStreams, ReceiveLimits limits, BufferBudget budget) {
    this.inboundStreams = inboundStreams;
    this.tracker = new TsnTracker(initialTsn);
    this.reassembly = new Reassembly(limits.maxMessageBytes(), this::deliver);
    this.interleaved = new InterleavedReassembly(limits.maxMessageBytes(), this::deliver);
    this.window = new ReceiveWindow(limits, budget);
  }

  /** Takes one DATA chunk; its payload is copied when it is kept. */
  public DataOutcome handleData(DataChunk chunk) {
    boolean inOrder = isNext(chunk.tsn());
    DataOutcome outcome =
        arrive(chunk.tsn(), chunk.streamId(), chunk.payload().remaining(), chunk.immediate());
    if (outcome == DataOutcome.ACCEPTED) {
      outcome = reassembly.add(chunk, inOrder);
    }
    return outcome == DataOutcome.ACCEPTED ? consistent() : outcome;
  }

  /**
   * Takes one I-DATA chunk (RFC 8260); its payload is copied when it is kept. An association speaks
   * either DATA or I-DATA, and refuses the other itself.
   */
  public DataOutcome handleIData(IDataChunk chunk) {
    DataOutcome outcome =
        arrive(chunk.tsn(), chunk.streamId(), chunk.payload().remaining(), chunk.immediate());
    return outcome == DataOutcome.ACCEPTED ? interleaved.add(chunk) : outcome;
  }

  /**
   * Moves on over what the peer has given up (RFC 3758 section 3.6).
   *
   * @return {@code ACCEPTED}; {@code DUPLICATE} when it says nothing new; {@code BAD_FRAGMENT} when
   *     what is held contradicts it
   */
  public DataOutcome handleForwardTsn(ForwardTsnChunk chunk) {
    if (!moveOn(chunk.newCumulativeTsn())) {
      return DataOutcome.DUPLICATE;
    }
    reassembly.forward(chunk);
    return consistent();
  }

  /** As {@link #handleForwardTsn}, where I-DATA is spoken (RFC 8260 section 2.3.1). */
  public DataOutcome handleIForwardTsn(IForwardTsnChunk chunk) {
    if (!moveOn(chunk.newCumulativeTsn())) {
      return DataOutcome.DUPLICATE;
    }
    interleaved.forward(chunk);
    return DataOutcome.ACCEPTED;
  }

  /** A packet has been read to its end, whatever was in it. */
  public void handlePacketEnd() {
    ack.packetEnded(tracker.hasGaps());
  }

  /**
   * The next message that is whole and has its turn, or null. Its bytes count against the window
   * until {@link #consumed} gives them back.
   */
  public MessageReceived pollMessage() {
    return delivered.poll();
  }

  /**
   * Gives back receive window.
   *
   * @param bytes payload bytes of delivered messages that the application has taken
   */
  public void consumed(long bytes) {
    window.consumed(bytes);
    if (window.wantsUpdate(held())) {
      ack.wantNow();
    }
  }

  /**
   * The peer's streams count from SSN 0 again (RFC 6525 section 5.2.2); to be called once {@link
   * #hasReceivedUpTo} the request's last TSN.
   *
   * @param streamIds the streams; empty means all
   */
  public void resetStreams(Collection<Integer> streamIds) {
    reassembly.resetStreams(streamIds);
    interleaved.resetStreams(streamIds);
  }

  /**
   * All of the peer's numbers begin anew (RFC 6525 section 5.2.4, G4 and G5): messages that are
   * whole are released, what is not whole goes.
   *
   * @param initialTsn the TSN that the peer uses next
   */
  public void restart(int initialTsn) {
    reassembly.restart();
    interleaved.restart();
    tracker = new TsnTracker(initialTsn);
    duplicateCount = 0;
  }

  /** The peer may send on so many more streams (RFC 6525 section 5.2.5). */
  public void addStreams(int streams) {
    inboundStreams += streams;
  }

  /** How many streams the peer may send on, ids 0 to this minus 1. */
  public int inboundStreams() {
    return inboundStreams;
  }

  /** Whether a SACK is wanted, and when; the same until {@link #sack} is called or more arrives. */
  public Acknowledgement acknowledgement() {
    return ack.wanted();
  }

  /** Wants a SACK now, for a reason that is not known here. */
  public void acknowledgeNow() {
    ack.wantNow();
  }

  /**
   * Makes the SACK that is to be sent now; what it reports is not wanted again.
   *
   * @param maxBytes the room for the chunk, at least 16; gap blocks and duplicates that do not fit
   *     are left out, the highest first
   */
  public SackChunk sack(int maxBytes) {
    int room = (maxBytes - SMALLEST_SACK) / 4;
    int[] gaps = tracker.gaps(room);
    int reported = Math.min(duplicateCount, room - gaps.length / 2);
    SackChunk sack =
        new SackChunk(
            tracker.cumulativeTsn(),
            window.advertise(held()),
            gaps,
            Arrays.copyOf(duplicates, reported));
    duplicateCount = 0;
    ack.sackMade();
    return sack;
  }

  /** Receive window that is left, in bytes. */
  public long window() {
    return window.size(held());
  }

  /** The receive window when nothing is in it, as it is now, in bytes. */
  public long windowCapacity() {
    return window.capacity();
  }

  /** Bytes that the window has reserved from the budget. */
  public long reserved() {
    return window.reserved();
  }

  /** About one round trip has passed since this was said last; the window grows by it. */
  public void beginRound() {
    window.beginRound();
  }

  /** Whether a good deal arrived since {@link #beginRound}. */
  public boolean isBusy() {
    return window.isBusy();
  }

  /** Whether the window is larger than at first. */
  public boolean isWindowGrown() {
    return window.isGrown();
  }

  /** Nothing has come for a while: the window shrinks by half, but not below what is in use. */
  public void rest() {
    window.rest(held());
  }

  /** The end of this half: what its window reserved goes back. */
  public void close() {
    window.close();
  }

  /** The last TSN up to which all have arrived: what SHUTDOWN carries. */
  public int cumulativeTsn() {
    return tracker.cumulativeTsn();
  }

  /** Whether all TSNs up to {@code tsn} have arrived. */
  public boolean hasReceivedUpTo(int tsn) {
    return Tsn.isAtOrBefore(tsn, tracker.cumulativeTsn());
  }

  private void deliver(MessageReceived message) {
    window.delivered(message.payload().remaining());
    delivered.add(message);
  }

  private boolean isNext(int tsn) {
    return tsn == Tsn.next(tracker.cumulativeTsn());
  }

  private long held() {
    return reassembly.weight() + interleaved.weight();
  }

  /** What concerns the TSN and the room for a chunk, whatever message it belongs to. */
  private DataOutcome arrive(int tsn, int streamId, int length, boolean immediate) {
    // RFC 9260 section 6.2: an empty DATA chunk ends the association.
    if (length == 0) {
      return DataOutcome.NO_USER_DATA;
    }
    ack.dataArrived();
    if (immediate) {
      ack.wantNow();
    }
    ReceiveWindow.Admission admission = window.admit(length, isNext(tsn), held());
    if (admission != ReceiveWindow.Admission.TAKE && !tracker.contains(tsn)) {
      ack.wantNow();
      return admission == ReceiveWindow.Admission.DROP
          ? DataOutcome.DROPPED
          : DataOutcome.OUT_OF_RESOURCE;
    }
    return switch (tracker.add(tsn)) {
      case NEW -> {
        window.arrived(length, held());
        // RFC 9260 section 6.5: acknowledged as any other, reported, and thrown away.
        yield streamId < inboundStreams ? DataOutcome.ACCEPTED : DataOutcome.NO_SUCH_STREAM;
      }
      case DUPLICATE -> duplicate(tsn);
      case OUT_OF_RANGE -> {
        ack.wantNow();
        yield DataOutcome.DROPPED;
      }
    };
  }

  private boolean moveOn(int newCumulativeTsn) {
    ack.dataArrived();
    if (tracker.forward(newCumulativeTsn)) {
      return true;
    }
    // RFC 3758 section 3.6: out of date, so our SACK was lost, and goes again at once.
    ack.wantNow();
    return false;
  }

  private DataOutcome consistent() {
    return reassembly.isConsistent(tracker.cumulativeTsn())
        ? DataOutcome.ACCEPTED
        : DataOutcome.BAD_FRAGMENT;
  }

  private DataOutcome duplicate(int tsn) {
    // RFC 9260 section 6.2: duplicates are acknowledged at once, and named.
    ack.wantNow();
    if (duplicateCount < MOST_DUPLICATES) {
      duplicates[duplicateCount++] = tsn;
    }
    return DataOutcome.DUPLICATE;
  }
}
