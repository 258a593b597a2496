package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.ReconfigResult;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter;
import dev.turnstone.sctp.chunk.ReconfigParameter.AddIncomingStreams;
import dev.turnstone.sctp.chunk.ReconfigParameter.AddOutgoingStreams;
import dev.turnstone.sctp.chunk.ReconfigParameter.IncomingSsnReset;
import dev.turnstone.sctp.chunk.ReconfigParameter.OutgoingSsnReset;
import dev.turnstone.sctp.chunk.ReconfigParameter.ReconfigResponse;
import dev.turnstone.sctp.chunk.ReconfigParameter.SsnTsnReset;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RE-CONFIG with a peer that we play by hand, honest or not (RFC 6525). */
class ReconfigurationPeerTest {
  private static final SctpOptions TEN =
      SctpOptions.builder()
          .interleaving(false)
          .outboundStreams(10)
          .inboundStreams(10)
          .maxStreams(20)
          .build();

  /** An established association and the peer's numbers. */
  private static final class Played {
    final SctpAssociation association;
    final int tag;
    final int next;
    final int firstOfA;
    final List<SctpEvent> events = new ArrayList<>();
    final List<Chunk> sent = new ArrayList<>();
    long now;

    Played(int seed, SctpOptions options) {
      Peers peers = new Peers(seed, options, options, Peers.LINK);
      List<ByteBuffer> ofB = peers.capture(dev.turnstone.testkit.Direction.B_TO_A);
      peers.a.association.connect(0);
      InitChunk[] init = new InitChunk[1];
      peers.network.setFilter(
          (direction, index, packet) -> {
            if (Peers.chunks(packet).get(0) instanceof InitChunk found) {
              init[0] = found;
            }
            return dev.turnstone.testkit.PacketFilter.Verdict.KEEP;
          });
      peers.runUntilConnected();
      peers.runFor(1000);
      association = peers.a.association;
      tag = Peers.tag(ofB.get(1));
      next = ((InitAckChunk) Peers.chunks(ofB.get(0)).get(0)).initialTsn();
      firstOfA = init[0].initialTsn();
      now = peers.now();
    }

    /** Gives chunks and polls what comes of it. */
    List<Chunk> give(Chunk... chunks) {
      return giveRaw(Peers.packet(tag, chunks));
    }

    List<Chunk> giveRaw(ByteBuffer packet) {
      association.handlePacket(packet, now);
      return poll();
    }

    List<Chunk> poll() {
      sent.clear();
      ByteBuffer into = ByteBuffer.allocate(2000);
      while (association.pollPacket(into.clear(), now)) {
        sent.addAll(Peers.chunks(into.flip()));
      }
      for (SctpEvent event = association.pollEvent();
          event != null;
          event = association.pollEvent()) {
        events.add(event);
      }
      return sent;
    }

    void pass(long millis) {
      sent.clear();
      long end = now + millis * 1_000_000;
      while (association.nextTimeout() <= end) {
        now = Math.max(now, association.nextTimeout());
        association.handleTimeout(now);
        poll();
      }
      now = end;
    }

    List<Parameter> parameters() {
      return sent.stream()
          .filter(ReconfigChunk.class::isInstance)
          .flatMap(chunk -> ((ReconfigChunk) chunk).parameters().stream())
          .toList();
    }

    List<ReconfigResponse> answers(ReconfigParameter... requests) {
      give(new ReconfigChunk(List.of(requests)));
      return parameters().stream()
          .filter(ReconfigResponse.class::isInstance)
          .map(ReconfigResponse.class::cast)
          .toList();
    }

    long result(ReconfigParameter request) {
      List<ReconfigResponse> answers = answers(request);
      assertEquals(1, answers.size(), answers::toString);
      return answers.get(0).result();
    }

    <T> T request(Class<T> type) {
      return parameters().stream()
          .filter(type::isInstance)
          .map(type::cast)
          .findFirst()
          .orElseThrow();
    }

    <E extends SctpEvent> List<E> all(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    DataChunk data(int tsn, int stream, int ssn) {
      return new DataChunk(
          tsn, stream, ssn, 51, false, true, true, false, ByteBuffer.wrap(new byte[] {1}));
    }

    SackChunk sack(int cumulativeTsn) {
      return new SackChunk(cumulativeTsn, 1 << 20, new int[0], new int[0]);
    }

    SendResult send(int stream) {
      return association.send(
          stream, 51, ByteBuffer.wrap(new byte[100]), SendOptions.RELIABLE_ORDERED, now);
    }
  }

  @Test
  void aResetAskedForAgainWithANewNumberIsDoneOnce() {
    Played played = new Played(1, Peers.CLASSIC);
    int n = played.next;
    List<Integer> five = List.of(5);
    assertEquals(
        ReconfigResponse.IN_PROGRESS, played.result(new OutgoingSsnReset(n, 0, n + 1, five)));
    assertEquals(
        ReconfigResponse.IN_PROGRESS,
        played.result(new OutgoingSsnReset(n + 1, 0, n + 1, five)),
        "the peer may count on");
    played.give(played.data(n, 5, 0), played.data(n + 1, 5, 1));
    assertEquals(
        List.of(new ReconfigResponse(n + 1, ReconfigResponse.PERFORMED)), played.parameters());
    assertEquals(
        ReconfigResponse.PERFORMED,
        played.result(new OutgoingSsnReset(n + 2, 0, n + 1, five)),
        "the answer and the next question crossed");
    assertEquals(1, played.all(SctpEvent.IncomingStreamsReset.class).size());
    assertEquals(2, played.all(SctpEvent.MessageReceived.class).size());
    assertEquals(
        ReconfigResponse.PERFORMED, played.result(new OutgoingSsnReset(n + 3, 0, n + 1, five)));
    assertEquals(2, played.all(SctpEvent.IncomingStreamsReset.class).size(), "a new one");
  }

  @Test
  void whatComesAfterTheLastTsnOfAResetIsHeldBackUntilItIsDone() {
    Played played = new Played(2, Peers.CLASSIC);
    int n = played.next;
    played.give(played.data(n, 5, 0));
    assertEquals(
        ReconfigResponse.IN_PROGRESS, played.result(new OutgoingSsnReset(n, 0, n + 1, List.of(5))));
    played.give(played.data(n + 2, 5, 0), played.data(n + 3, 6, 0));
    assertEquals(2, played.all(SctpEvent.MessageReceived.class).size(), "another stream is free");
    played.give(played.data(n + 1, 5, 1));
    assertEquals(1, played.all(SctpEvent.IncomingStreamsReset.class).size());
    played.give(played.data(n + 2, 5, 0));
    assertEquals(
        List.of(5, 6, 5, 5),
        played.all(SctpEvent.MessageReceived.class).stream()
            .map(SctpEvent.MessageReceived::streamId)
            .toList());
  }

  @Test
  void everyAnswerIsToldWithItsReason() {
    ReconfigResult[] results = {
      ReconfigResult.NOTHING_TO_DO,
      ReconfigResult.PERFORMED,
      ReconfigResult.DENIED,
      ReconfigResult.WRONG_STREAM,
      ReconfigResult.ALREADY_IN_PROGRESS,
      ReconfigResult.BAD_SEQUENCE_NUMBER,
      null,
      ReconfigResult.UNKNOWN
    };
    Played played = new Played(3, TEN);
    for (int code = 0; code < results.length; code++) {
      if (results[code] == null) {
        continue;
      }
      played.events.clear();
      played.association.resetStreams(List.of(1), played.now);
      played.association.requestIncomingReset(List.of(2), played.now);
      played.association.addOutgoingStreams(1, played.now);
      played.association.requestIncomingStreams(1, played.now);
      played.poll();
      for (int i = 0; i < 4 && !played.parameters().isEmpty(); i++) {
        List<Chunk> answers = new ArrayList<>();
        for (Parameter each : played.parameters()) {
          int number = ((ReconfigParameter.Request) each).requestSequence();
          answers.add(new ReconfigChunk(List.of(new ReconfigResponse(number, code))));
        }
        played.give(answers.toArray(Chunk[]::new));
      }
      int code2 = code;
      assertEquals(
          List.of(results[code]),
          played.all(SctpEvent.OutgoingStreamsReset.class).stream()
              .map(SctpEvent.OutgoingStreamsReset::result)
              .toList(),
          () -> "code " + code2 + " " + played.events);
      assertEquals(
          List.of(results[code]),
          played.all(SctpEvent.IncomingResetAnswered.class).stream()
              .map(SctpEvent.IncomingResetAnswered::result)
              .toList());
      assertEquals(
          List.of(results[code]),
          played.all(SctpEvent.OutgoingStreamsAdded.class).stream()
              .map(SctpEvent.OutgoingStreamsAdded::result)
              .toList());
      assertEquals(
          List.of(results[code]),
          played.all(SctpEvent.IncomingStreamsAnswered.class).stream()
              .map(SctpEvent.IncomingStreamsAnswered::result)
              .toList());
    }
  }

  @Test
  void inProgressIsAskedAgainAfterATimeoutAndIsNoError() {
    Played played =
        new Played(4, SctpOptions.builder().interleaving(false).heartbeatIntervalNanos(0).build());
    played.association.resetStreams(List.of(5), played.now);
    played.poll();
    OutgoingSsnReset request = played.request(OutgoingSsnReset.class);
    for (int i = 0; i < 100; i++) {
      played.give(
          new ReconfigChunk(
              List.of(
                  new ReconfigResponse(request.requestSequence(), ReconfigResponse.IN_PROGRESS))));
      played.pass(600);
      assertEquals(request, played.request(OutgoingSsnReset.class), "the very same");
    }
    assertEquals(AssociationState.ESTABLISHED, played.association.state());
    played.pass(10 * 60_000);
    assertEquals(
        SctpEvent.CloseReason.PEER_UNREACHABLE,
        played.all(SctpEvent.Closed.class).get(0).reason(),
        "silence is an error");
  }

  @Test
  void onlyAResetOfTheStreamsInQuestionAnswersOurQuestion() {
    Played played = new Played(5, Peers.CLASSIC);
    int n = played.next;
    played.association.requestIncomingReset(List.of(5), played.now);
    played.poll();
    int ours = played.request(IncomingSsnReset.class).requestSequence();
    played.answers(new OutgoingSsnReset(n, ours, n - 1, List.of(6)));
    assertEquals(List.of(), played.all(SctpEvent.IncomingResetAnswered.class));
    played.answers(new OutgoingSsnReset(n + 1, ours, n - 1, List.of(5)));
    assertEquals(
        List.of(new SctpEvent.IncomingResetAnswered(List.of(5), ReconfigResult.PERFORMED)),
        played.all(SctpEvent.IncomingResetAnswered.class));
    played.pass(5000);
    assertEquals(List.of(), played.parameters(), "not asked again");
  }

  @Test
  void aRequestForOurStreamsWaitsForThemAndIsNamedByOurs() {
    Played played = new Played(6, Peers.CLASSIC);
    int n = played.next;
    assertEquals(SendResult.QUEUED, played.send(5));
    played.poll();
    assertEquals(
        ReconfigResponse.IN_PROGRESS, played.result(new IncomingSsnReset(n, List.of(5, 5))));
    assertEquals(SendResult.STREAM_RESETTING, played.send(5));
    assertEquals(
        ReconfigResponse.ALREADY_IN_PROGRESS,
        played.result(new IncomingSsnReset(n + 1, List.of(6))),
        "one at a time");
    played.give(played.sack(played.firstOfA));
    OutgoingSsnReset ours = played.request(OutgoingSsnReset.class);
    assertEquals(n, ours.responseSequence());
    assertEquals(List.of(5), ours.streamIds());
    assertEquals(ReconfigResponse.PERFORMED, played.result(new IncomingSsnReset(n, List.of(5, 5))));
    assertEquals(
        ReconfigResponse.ALREADY_IN_PROGRESS,
        played.result(new IncomingSsnReset(n + 2, List.of(5))),
        "it is on its way");
    assertEquals(
        ReconfigResponse.WRONG_SSN, played.result(new IncomingSsnReset(n + 3, List.of(65535))));
  }

  @Test
  void allOurStreamsAreThoseThatWereUsed() {
    Played played = new Played(7, Peers.CLASSIC);
    int n = played.next;
    assertEquals(ReconfigResponse.NOTHING_TO_DO, played.result(new IncomingSsnReset(n, List.of())));
    played.send(3);
    played.send(9);
    played.poll();
    played.give(played.sack(played.firstOfA + 1));
    assertEquals(List.of(), played.answers(new IncomingSsnReset(n + 1, List.of())));
    assertEquals(List.of(3, 9), played.request(OutgoingSsnReset.class).streamIds());
  }

  @Test
  void aRequestForMoreOfOurStreamsIsAnsweredAndFollowed() {
    Played played = new Played(8, TEN);
    int n = played.next;
    assertEquals(ReconfigResponse.PERFORMED, played.result(new AddIncomingStreams(n, 4)));
    AddOutgoingStreams ours = played.request(AddOutgoingStreams.class);
    assertEquals(4, ours.newStreams());
    assertEquals(
        ReconfigResponse.PERFORMED, played.result(new AddIncomingStreams(n, 4)), "once more");
    assertEquals(SendResult.NO_SUCH_STREAM, played.send(13));
    played.give(
        new ReconfigChunk(
            List.of(new ReconfigResponse(ours.requestSequence(), ReconfigResponse.PERFORMED))));
    assertEquals(SendResult.QUEUED, played.send(13));
    assertEquals(ReconfigResponse.DENIED, played.result(new AddIncomingStreams(n + 1, 7)));
    assertEquals(ReconfigResponse.NOTHING_TO_DO, played.result(new AddIncomingStreams(n + 2, 0)));
  }

  @Test
  void endlessAdditionsEndAtTheLimit() {
    Played played = new Played(9, TEN);
    for (int i = 0; i < 1000; i++) {
      assertEquals(
          i < 10 ? ReconfigResponse.PERFORMED : ReconfigResponse.DENIED,
          played.result(new AddOutgoingStreams(played.next + i, 1)));
    }
    assertEquals(10, played.all(SctpEvent.IncomingStreamsAdded.class).size());
    assertEquals(
        ReconfigResponse.DENIED, played.result(new AddOutgoingStreams(played.next + 1000, 65535)));
  }

  @Test
  void twoRequestsInAChunkAreAnsweredInOneAndAThirdIsNot() {
    Played played = new Played(10, TEN);
    int n = played.next;
    ReconfigChunk three =
        new ReconfigChunk(
            List.of(
                new OutgoingSsnReset(n, 0, n - 1, List.of(1)),
                new AddOutgoingStreams(n + 1, 1),
                new AddOutgoingStreams(n + 2, 1)));
    for (int i = 0; i < 2; i++) {
      played.give(three);
      assertEquals(
          List.of(
              new ReconfigResponse(n, ReconfigResponse.PERFORMED),
              new ReconfigResponse(n + 1, ReconfigResponse.PERFORMED)),
          played.parameters());
    }
    assertEquals(1, played.all(SctpEvent.IncomingStreamsAdded.class).size());
    assertEquals(1, played.all(SctpEvent.IncomingStreamsReset.class).size());
    assertEquals(2, played.association.metrics().protocolErrors());
  }

  @Test
  void requestsOutOfTurnAreRefusedAndTheirAnswersBounded() {
    Played played = new Played(11, TEN);
    ByteBuffer packet = ByteBuffer.allocate(65_000);
    PacketWriter writer = new PacketWriter();
    writer.begin(packet, 5000, 5000, played.tag);
    for (int i = 1; i <= 4000; i++) {
      writer.write(new ReconfigChunk(List.of(new SsnTsnReset(played.next + i))));
    }
    writer.finish();
    played.giveRaw(packet.flip());
    List<Parameter> answers = played.parameters();
    assertTrue(!answers.isEmpty() && answers.size() <= TEN.maxPendingReplies());
    assertTrue(
        answers.stream()
            .allMatch(
                each ->
                    ((ReconfigResponse) each).result() == ReconfigResponse.BAD_SEQUENCE_NUMBER));
    assertEquals(
        ReconfigResponse.PERFORMED,
        played.result(new OutgoingSsnReset(played.next, 0, played.next - 1, List.of(1))),
        "the right one still counts");
  }

  @Test
  void listsOfTensOfThousandsOfStreamsCostNoMoreThanTheirBytes() {
    Played played = new Played(12, Peers.CLASSIC);
    int n = played.next;
    List<Integer> many = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      many.add(i % 20_000);
    }
    played.giveRaw(large(played.tag, new OutgoingSsnReset(n, 0, n - 1, many)));
    assertEquals(
        20_000, played.all(SctpEvent.IncomingStreamsReset.class).get(0).streamIds().size());
    played.giveRaw(large(played.tag, new IncomingSsnReset(n + 1, many)));
    int named = 0;
    for (int i = 0; i < 1000 && named < 20_000; i++) {
      OutgoingSsnReset ours = played.request(OutgoingSsnReset.class);
      named += ours.streamIds().size();
      played.give(
          new ReconfigChunk(
              List.of(new ReconfigResponse(ours.requestSequence(), ReconfigResponse.PERFORMED))));
    }
    assertEquals(20_000, named);
    assertEquals(List.of(), played.parameters());
  }

  private static ByteBuffer large(int tag, ReconfigParameter request) {
    ByteBuffer packet = ByteBuffer.allocate(65_535);
    PacketWriter writer = new PacketWriter();
    writer.begin(packet, 5000, 5000, tag);
    writer.write(new ReconfigChunk(List.of(request)));
    writer.finish();
    return packet.flip();
  }

  @Test
  void whileTheAssociationEndsOnlyThePeersOwnStreamsAreReset() {
    Played played = new Played(13, TEN);
    int n = played.next;
    played.send(1);
    played.poll();
    played.give(new ShutdownChunk(played.firstOfA - 1));
    assertEquals(AssociationState.SHUTDOWN_RECEIVED, played.association.state());
    assertEquals(
        ReconfigResponse.PERFORMED, played.result(new OutgoingSsnReset(n, 0, n - 1, List.of(1))));
    assertEquals(ReconfigResponse.DENIED, played.result(new IncomingSsnReset(n + 1, List.of(1))));
    assertEquals(ReconfigResponse.DENIED, played.result(new AddIncomingStreams(n + 2, 1)));
    assertEquals(ReconfigResponse.DENIED, played.result(new SsnTsnReset(n + 3)));
  }

  @Test
  void allNumbersBeginAnewAtThePeersWishWhenOursIsAcknowledged() {
    Played played = new Played(14, Peers.CLASSIC);
    int n = played.next;
    played.give(played.data(n, 1, 0));
    played.send(2);
    played.poll();
    assertEquals(ReconfigResponse.IN_PROGRESS, played.result(new SsnTsnReset(n)));
    assertEquals(SendResult.QUEUED, played.send(2));
    assertTrue(played.poll().isEmpty(), "new data waits");
    played.give(played.sack(played.firstOfA));
    ReconfigResponse answer = played.answers(new SsnTsnReset(n)).get(0);
    assertEquals(ReconfigResponse.PERFORMED, answer.result());
    assertEquals(played.firstOfA + 1, answer.sendersNextTsn());
    assertEquals(n + 1 + Integer.MIN_VALUE, answer.receiversNextTsn());
    DataChunk first =
        (DataChunk)
            played.sent.stream().filter(DataChunk.class::isInstance).findFirst().orElseThrow();
    assertEquals(played.firstOfA + 1, first.tsn());
    assertEquals(0, first.ssn(), "the stream begins anew");
    assertEquals(answer, played.answers(new SsnTsnReset(n)).get(0), "the same answer again");
    assertEquals(
        List.of(new SctpEvent.SequenceNumbersReset(true, ReconfigResult.PERFORMED)),
        played.all(SctpEvent.SequenceNumbersReset.class));
    played.give(played.data(answer.receiversNextTsn(), 1, 0), played.data(n + 1, 1, 1));
    assertEquals(2, played.all(SctpEvent.MessageReceived.class).size(), "the old TSN is no more");
  }

  @Test
  void ourDataIsNotHeldBackForEver() {
    Played played = new Played(15, Peers.CLASSIC);
    played.send(2);
    played.poll();
    assertEquals(ReconfigResponse.IN_PROGRESS, played.result(new SsnTsnReset(played.next)));
    played.give(played.sack(played.firstOfA));
    played.send(2);
    assertTrue(played.poll().isEmpty());
    played.pass(2 * Peers.CLASSIC.rtoMaxNanos() / 1_000_000);
    played.poll();
    assertEquals(0, played.association.bufferedAmount(), "the peer has not asked again");
  }

  @Test
  void whatMayBeNumberedAnewIsTakenOnceThePeerHasAnswered() {
    Played played = new Played(18, Peers.CLASSIC);
    played.association.resetSequenceNumbers(played.now);
    played.poll();
    int number = played.request(SsnTsnReset.class).requestSequence();
    int afterIt = played.next + 1;
    played.give(played.data(played.next, 3, 0));
    assertEquals(0, played.all(SctpEvent.MessageReceived.class).size(), "nothing is known yet");
    played.give(
        new ReconfigChunk(
            List.of(
                new ReconfigResponse(
                    number, ReconfigResponse.IN_PROGRESS, true, afterIt, played.firstOfA))));
    played.give(played.data(played.next, 3, 0));
    assertEquals(1, played.all(SctpEvent.MessageReceived.class).size(), "sent before the answer");
    played.give(played.data(afterIt, 3, 1));
    assertEquals(1, played.all(SctpEvent.MessageReceived.class).size(), "perhaps sent after it");
    played.give(
        new ReconfigChunk(List.of(new ReconfigResponse(number, ReconfigResponse.DENIED))),
        played.data(afterIt, 3, 1));
    assertEquals(2, played.all(SctpEvent.MessageReceived.class).size(), "all is as it was");
  }

  @Test
  void anAnswerWithoutTsnsDoesNotResetThem() {
    Played played = new Played(16, Peers.CLASSIC);
    played.association.resetSequenceNumbers(played.now);
    played.poll();
    int number = played.request(SsnTsnReset.class).requestSequence();
    played.give(
        new ReconfigChunk(List.of(new ReconfigResponse(number, ReconfigResponse.PERFORMED))));
    assertEquals(List.of(), played.all(SctpEvent.SequenceNumbersReset.class));
    played.give(
        new ReconfigChunk(
            List.of(new ReconfigResponse(number, ReconfigResponse.PERFORMED, true, 77, 99))));
    assertEquals(
        List.of(new SctpEvent.SequenceNumbersReset(false, ReconfigResult.PERFORMED)),
        played.all(SctpEvent.SequenceNumbersReset.class));
    played.give(played.data(77, 3, 0));
    assertEquals(1, played.all(SctpEvent.MessageReceived.class).size());
    played.send(4);
    played.poll();
    assertTrue(played.sent.stream().anyMatch(c -> c instanceof DataChunk data && data.tsn() == 99));
  }

  @Test
  void aPeerThatDoesNotKnowTheChunkAfterAllEndsTheRequest() {
    Played played = new Played(17, Peers.CLASSIC);
    played.association.resetStreams(List.of(5), played.now);
    played.poll();
    assertFalse(played.parameters().isEmpty());
    ByteBuffer quoted = ByteBuffer.wrap(new byte[] {(byte) 130, 0, 0, 4});
    played.give(
        new dev.turnstone.sctp.chunk.ErrorChunk(
            List.of(new dev.turnstone.sctp.chunk.ErrorCause.UnrecognizedChunkType(quoted))));
    assertEquals(
        List.of(new SctpEvent.OutgoingStreamsReset(List.of(5), ReconfigResult.NOT_SUPPORTED)),
        played.all(SctpEvent.OutgoingStreamsReset.class));
  }
}
