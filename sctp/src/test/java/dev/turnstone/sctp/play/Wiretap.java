package dev.turnstone.sctp.play;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.PacketReader;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter;
import dev.turnstone.sctp.chunk.ReconfigParameter.ReconfigResponse;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import dev.turnstone.sctp.chunk.Tsn;
import java.nio.ByteBuffer;

/** What can be learned from the packets that go to one side. */
final class Wiretap {
  private final PacketReader reader = new PacketReader();
  private int tag;
  private int initTag;
  private boolean started;
  private int firstTsn;
  private int nextTsn;
  private int acknowledged;
  private boolean hasAcknowledged;
  private int request;
  private boolean asksForNumbers;
  private int answered;
  private boolean hasAnswered;
  private int heartbeatAcks;

  void hear(byte[] packet) {
    assertTrue(reader.open(ByteBuffer.wrap(packet), true), "a broken packet was sent");
    boolean foreign = false;
    for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
      hear(chunk);
      foreign |= carriesTheTagOfAQuestion(chunk);
    }
    if (reader.verificationTag() != 0 && !foreign) {
      tag = reader.verificationTag();
    }
    assertNull(reader.malformed(), "a malformed packet was sent");
  }

  /** Answers to what may be forged: to INIT, and to what is out of the blue. */
  private static boolean carriesTheTagOfAQuestion(Chunk chunk) {
    return chunk instanceof InitAckChunk
        || chunk instanceof AbortChunk
        || chunk instanceof ShutdownCompleteChunk;
  }

  private void hear(Chunk chunk) {
    if (chunk instanceof InitChunk init) {
      start(init.initialTsn());
      initTag = init.initiateTag();
    } else if (chunk instanceof InitAckChunk ack) {
      start(ack.initialTsn());
    } else if (chunk instanceof DataChunk data) {
      sent(data.tsn());
    } else if (chunk instanceof IDataChunk data) {
      sent(data.tsn());
    } else if (chunk instanceof SackChunk sack) {
      acknowledged = sack.cumulativeTsn() + 1;
      hasAcknowledged = true;
    } else if (chunk instanceof HeartbeatAckChunk) {
      heartbeatAcks++;
    } else if (chunk instanceof ReconfigChunk reconfig) {
      reconfig.parameters().forEach(this::hear);
    }
  }

  private void hear(Parameter parameter) {
    if (parameter instanceof ReconfigParameter.Request asked) {
      request = asked.requestSequence();
      asksForNumbers = asked instanceof ReconfigParameter.SsnTsnReset;
    } else if (parameter instanceof ReconfigResponse response) {
      answered = response.responseSequence() + 1;
      hasAnswered = true;
      if (response.hasTsns() && response.result() == ReconfigResponse.PERFORMED) {
        acknowledged = response.receiversNextTsn();
        hasAcknowledged = true;
      }
    }
  }

  /** An association begins once: a later INIT ACK answers what was forged or comes again. */
  private void start(int tsn) {
    if (!started) {
      started = true;
      firstTsn = tsn;
      nextTsn = tsn;
      request = tsn - 1;
    }
  }

  private void sent(int tsn) {
    if (Tsn.isAfter(tsn + 1, nextTsn)) {
      nextTsn = tsn + 1;
    }
  }

  /** The verification tag of the side that the packets go to; 0 before it is known. */
  int tag() {
    return tag;
  }

  /** The verification tag that the sender of these packets asked for; 0 when it sent no INIT. */
  int initTag() {
    return initTag;
  }

  /** Whether the last request of the sender of these packets was for all numbers anew. */
  boolean asksForNumbers() {
    return asksForNumbers;
  }

  int heartbeatAcks() {
    return heartbeatAcks;
  }

  /** As an offset in {@link Forgery.Data}: a TSN that whoever gets these packets has already. */
  int oldTsn(Wiretap back) {
    return back.hasAcknowledged ? -1 : firstTsn - 1 - nextTsn;
  }

  /** The TSN that the sender of these packets wants next, as it said last. */
  int acknowledged() {
    return acknowledged;
  }

  /** What a forger can know who sends to the same side and hears what comes {@code back}. */
  Forgery.Knowledge knowledge(Wiretap back) {
    return new Forgery.Knowledge(
        back.hasAcknowledged ? back.acknowledged : nextTsn,
        back.nextTsn,
        back.hasAnswered ? back.answered : request + 1,
        back.request);
  }
}
