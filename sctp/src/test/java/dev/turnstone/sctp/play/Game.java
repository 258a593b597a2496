package dev.turnstone.sctp.play;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent.CloseReason;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.association.SctpAssociation;
import dev.turnstone.sctp.chunk.ChunkType;
import dev.turnstone.sctp.chunk.ReconfigParameter.ReconfigResponse;
import dev.turnstone.sctp.play.Command.Fate;
import dev.turnstone.sctp.play.Command.Who;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Two associations, a network that does what it is told, and the rules that hold whatever is
 * played. {@link #play} the commands, then {@link #finish}.
 */
final class Game {
  /** The streams that random commands use are below this; there is one more, for the last word. */
  static final int STREAMS = 15;

  private static final int MOST_PACKETS = 3000;
  private static final int MOST_STEPS = 50_000;
  private static final long BUDGET = 1 << 20;

  /** How a game is set up. */
  record Setup(boolean interleaving, boolean zeroChecksum, boolean plentyOfMemory) {
    SctpOptions options() {
      return SctpOptions.builder()
          .interleaving(interleaving)
          .zeroChecksum(zeroChecksum)
          .outboundStreams(STREAMS + 1)
          .inboundStreams(STREAMS + 1)
          .maxMessageSize(40_000)
          .maxReceivedMessageSize(40_000)
          .sendBuffer(200_000)
          .sendBufferGuaranteed(20_000)
          .maxInFlight(200_000)
          .receiveBuffer(50_000)
          .receiveBufferMax(300_000)
          .build();
    }
  }

  final Player a;
  final Player b;
  long now;

  private final SctpOptions options;
  private final BufferBudget budget;
  private final ByteBuffer packet;
  private final Wiretap toA = new Wiretap();
  private final Wiretap toB = new Wiretap();
  private boolean honest = true;
  private long bytesOut;

  Game(Setup setup, long seed) {
    options = setup.options();
    packet = ByteBuffer.allocate(options.mtu());
    budget = BufferBudget.of(setup.plentyOfMemory() ? BUDGET : 100_000);
    a = new Player(options, 2 * seed, budget);
    b = new Player(options, 2 * seed + 1, budget);
  }

  private Player player(Who who) {
    return who == Who.A ? a : b;
  }

  private Wiretap tapTo(Who who) {
    return who == Who.A ? toA : toB;
  }

  /** Brings B into a state, before the rest is played. */
  Game bring(AssociationState state) {
    switch (state) {
      case CLOSED -> {}
      case COOKIE_WAIT -> play(new Command.Connect(Who.B));
      case COOKIE_ECHOED -> {
        bring(AssociationState.COOKIE_WAIT);
        play(new Command.Exchange(2));
      }
      case ESTABLISHED -> {
        bring(AssociationState.COOKIE_WAIT);
        play(new Command.Exchange(4));
      }
      case SHUTDOWN_PENDING -> {
        bring(AssociationState.ESTABLISHED);
        play(new Command.Send(Who.B, 0, 100, SendOptions.RELIABLE_ORDERED));
        play(new Command.Shutdown(Who.B));
      }
      case SHUTDOWN_SENT -> {
        bring(AssociationState.ESTABLISHED);
        play(new Command.Shutdown(Who.B));
      }
      case SHUTDOWN_RECEIVED -> {
        bring(AssociationState.ESTABLISHED);
        play(new Command.Send(Who.B, 0, 100, SendOptions.RELIABLE_ORDERED));
        play(new Command.Shutdown(Who.A));
        play(new Command.Network(Who.B, Fate.DELIVER, 1));
      }
      case SHUTDOWN_ACK_SENT -> {
        bring(AssociationState.ESTABLISHED);
        play(new Command.Shutdown(Who.A));
        play(new Command.Network(Who.B, Fate.DELIVER, 1));
      }
    }
    assertEquals(state, b.it.state());
    return this;
  }

  Game play(List<Command> commands) {
    commands.forEach(this::play);
    return this;
  }

  void play(Command command) {
    if (command instanceof Command.Connect connect) {
      player(connect.who()).begun = true;
      player(connect.who()).it.connect(now);
    } else if (command instanceof Command.Send send) {
      player(send.who()).send(send.stream(), send.size(), send.options(), now);
    } else if (command instanceof Command.Reset reset) {
      player(reset.who()).it.resetStreams(reset.streams(), now);
    } else if (command instanceof Command.AskReset ask) {
      player(ask.who()).it.requestIncomingReset(ask.streams(), now);
    } else if (command instanceof Command.AddStreams add) {
      player(add.who()).it.addOutgoingStreams(add.count(), now);
    } else if (command instanceof Command.AskStreams ask) {
      player(ask.who()).it.requestIncomingStreams(ask.count(), now);
    } else if (command instanceof Command.ResetNumbers reset) {
      player(reset.who()).it.resetSequenceNumbers(now);
    } else if (command instanceof Command.Weigh weigh) {
      player(weigh.who()).it.setPriority(weigh.stream(), weigh.weight());
    } else if (command instanceof Command.Consume consume) {
      player(consume.who()).consume(consume.bytes(), now);
    } else if (command instanceof Command.Shutdown shutdown) {
      player(shutdown.who()).it.shutdown(now);
    } else if (command instanceof Command.Abort abort) {
      player(abort.who()).it.abort("enough", now);
    } else if (command instanceof Command.ChangePath change) {
      player(change.who()).it.handlePathChange(now);
    } else if (command instanceof Command.Pass pass) {
      pass(pass.millis());
    } else if (command instanceof Command.Network network) {
      for (int i = 0; i < network.packets(); i++) {
        meet(player(network.to()), network.fate());
      }
    } else if (command instanceof Command.Exchange exchange) {
      for (int i = 0; i < exchange.rounds(); i++) {
        exchange();
      }
    } else if (command instanceof Command.Replay replay) {
      Player to = player(replay.to());
      if (!to.received.isEmpty()) {
        deliver(to, to.received.get(replay.back() % to.received.size()));
      }
    } else if (command instanceof Command.Forge forge) {
      forge(forge);
    }
    flush();
    a.assertBounded(options);
    b.assertBounded(options);
    assertTrue(budget.used() <= budget.limit(), () -> budget.used() + " bytes of the budget");
  }

  private void meet(Player to, Fate fate) {
    byte[] bytes = to.inbox.poll();
    if (bytes == null) {
      return;
    }
    switch (fate) {
      case DELIVER -> deliver(to, bytes);
      case DROP -> {}
      case DUPLICATE -> {
        deliver(to, bytes);
        to.inbox.add(bytes);
      }
      case LATE -> to.inbox.add(bytes);
      case CORRUPT -> {
        if (!options.zeroChecksum()) {
          byte[] wrong = bytes.clone();
          wrong[wrong.length / 2] ^= 0x10;
          deliver(to, wrong);
        }
      }
    }
  }

  private void deliver(Player to, byte[] bytes) {
    to.it.handlePacket(ByteBuffer.wrap(bytes), now);
    flush();
  }

  private void exchange() {
    now += 5_000_000;
    fire();
    int forA = a.inbox.size();
    int forB = b.inbox.size();
    for (int i = 0; i < forA; i++) {
      deliver(a, a.inbox.remove());
    }
    for (int i = 0; i < forB; i++) {
      deliver(b, b.inbox.remove());
    }
  }

  private void pass(int millis) {
    long until = now + millis * 1_000_000L;
    for (int step = 0; nextTimeout() <= until; step++) {
      assertTrue(step < MOST_STEPS, () -> "timers spin: " + this);
      now = Math.max(now, nextTimeout());
      fire();
    }
    now = until;
  }

  private long nextTimeout() {
    return Math.min(a.it.nextTimeout(), b.it.nextTimeout());
  }

  private void fire() {
    if (a.it.nextTimeout() <= now) {
      a.it.handleTimeout(now);
    }
    if (b.it.nextTimeout() <= now) {
      b.it.handleTimeout(now);
    }
    flush();
  }

  /** Whatever comes out goes on its way; what the applications are told is checked. */
  private void flush() {
    flush(a, b, toB);
    flush(b, a, toA);
    a.readEvents(b, honest);
    b.readEvents(a, honest);
  }

  private void flush(Player from, Player to, Wiretap tap) {
    int count = 0;
    while (from.it.pollPacket(packet.clear(), now)) {
      byte[] bytes = new byte[packet.flip().remaining()];
      packet.get(bytes);
      bytesOut += bytes.length;
      tap.hear(bytes);
      if (to.inbox.size() < MOST_PACKETS) {
        to.inbox.add(bytes);
      }
      if (to.received.size() < 200) {
        to.received.add(bytes);
      }
      assertTrue(++count < MOST_PACKETS, () -> "no end of packets: " + this);
    }
  }

  private void forge(Command.Forge forge) {
    honest = false;
    Wiretap known = tapTo(forge.to());
    Wiretap back = tapTo(forge.to().other());
    int right = known.tag() != 0 ? known.tag() : back.initTag();
    int tag =
        switch (forge.tag()) {
          case RIGHT -> right;
          case WRONG -> right ^ 0x5A5A5A5A;
          case ZERO -> 0;
          case REFLECTED -> back.tag();
        };
    byte[] bytes = Packets.forge(tag, forge.chunks(), known.knowledge(back));
    flush();
    long before = bytesOut;
    deliver(player(forge.to()), bytes);
    if (tag != right && tag != back.tag()) {
      // Whoever does not know a tag gets back no more than it sent; but the answer to INIT has a
      // cookie in it, and RFC 9260 section 5.1 wants that.
      boolean init = bytes.length > 12 && bytes[12] == ChunkType.INIT;
      long out = bytesOut - before;
      assertTrue(
          out <= bytes.length + (init ? 250 : 0),
          () -> bytes.length + " bytes were answered with " + out);
    }
  }

  private void run(BooleanSupplier done) {
    for (int step = 0; step < MOST_STEPS; step++) {
      a.consumeAll(now);
      b.consumeAll(now);
      flush();
      if (done.getAsBoolean()) {
        return;
      }
      if (a.inbox.isEmpty() && b.inbox.isEmpty()) {
        if (nextTimeout() == SctpAssociation.NEVER) {
          return;
        }
        now = Math.max(now, nextTimeout());
        fire();
      } else {
        exchange();
      }
    }
    fail("no rest: " + this);
  }

  /** The network is perfect from now on: everything comes to its end, and nothing is left over. */
  void finish() {
    if (honest) {
      finishHonestly();
    } else {
      finishWithForgeries();
    }
    assertNothingIsLeft(a);
    assertNothingIsLeft(b);
    assertEquals(0, budget.used(), "bytes of the budget are left");
  }

  private void finishHonestly() {
    if (!a.begun && !b.begun) {
      play(new Command.Connect(Who.A));
    }
    run(() -> a.isAtRest() && b.isAtRest());
    if (!a.isOver() && !b.isOver()) {
      a.assertAllArrivedAt(b);
      b.assertAllArrivedAt(a);
    }
    a.it.shutdown(now);
    run(() -> a.isOver() && b.isOver());
    b.it.shutdown(now);
    run(() -> a.isOver() && b.isOver());
    assertOverInWords(a);
    assertOverInWords(b);
    for (Player player : List.of(a, b)) {
      assertNotEquals(CloseReason.PROTOCOL_VIOLATION, player.closed.reason(), this::toString);
      if (player.closed.reason() == CloseReason.SHUTDOWN && player.connected) {
        player.assertAllArrivedAt(player == a ? b : a);
      }
    }
  }

  /** B lives on with a peer that keeps to the rules, or it said why not. */
  private void finishWithForgeries() {
    b.consumeAll(now);
    flush();
    if (b.it.state() == AssociationState.ESTABLISHED && toB.tag() != 0) {
      int heartbeatAcks = toA.heartbeatAcks();
      say(new Forgery.Raw(ChunkType.HEARTBEAT, 0, 0, List.of(0, 1, 0, 8, 1, 2, 3, 4)));
      assertEquals(heartbeatAcks + 1, toA.heartbeatAcks(), () -> "B does not answer: " + this);
      endNumbersReset();
      // What it has already makes it tell what it wants next, and so does what comes twice.
      saySomething(toB.oldTsn(toA));
      int wanted = toA.acknowledged();
      saySomething(0);
      saySomething(-1);
      // Perhaps it is not delivered: a forged FORWARD TSN may have given up its place.
      assertTrue(b.isOver() || toA.acknowledged() != wanted, () -> "B takes no message: " + this);
    }
    a.it.abort("done", now);
    b.it.abort("done", now);
    run(() -> a.isOver() && b.isOver() && a.inbox.isEmpty() && b.inbox.isEmpty());
    assertOverInWords(a);
    assertOverInWords(b);
  }

  /**
   * While B has no answer to its wish for all numbers anew, it takes nothing that may be numbered
   * anew (RFC 6525 section 5.2.7): a peer that keeps to the rules answers first.
   */
  private void endNumbersReset() {
    // A second wish may have waited for the end of the first.
    for (int i = 0; i < 2 && toA.asksForNumbers(); i++) {
      say(new Forgery.Reconfig(16, 0, 0, (int) ReconfigResponse.DENIED, List.of()));
    }
  }

  private void saySomething(int tsn) {
    say(new Forgery.Data(tsn, STREAMS, 0, 51, 3, 4, options.interleaving()));
  }

  private void say(Forgery chunk) {
    play(new Command.Forge(Who.B, Command.Tag.RIGHT, List.of(chunk)));
    b.consumeAll(now);
    flush();
  }

  private void assertOverInWords(Player player) {
    assertTrue(player.isOver(), this::toString);
    assertTrue(player.closed.reason() != null && !player.closed.detail().isBlank());
  }

  private void assertNothingIsLeft(Player player) {
    assertEquals(AssociationState.CLOSED, player.it.state());
    assertEquals(SctpAssociation.NEVER, player.it.nextTimeout(), "a timer is left");
    assertEquals(0, player.it.bufferedAmount(), "bytes are left in the send buffer");
    assertEquals(0, player.it.metrics().heldBytes(), "messages are left");
  }

  @Override
  public String toString() {
    return "after " + now / 1_000_000 + " ms: A " + a + "; B " + b;
  }
}
