package dev.turnstone.sctp.play;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.play.Command.Fate;
import dev.turnstone.sctp.play.Command.Tag;
import dev.turnstone.sctp.play.Command.Who;
import java.util.ArrayList;
import java.util.List;

/**
 * A game out of bytes, for the fuzzer: every byte string is one, and a byte that changes changes
 * one thing. The first byte is the setup, the second the state in which B begins.
 */
record Script(Game.Setup setup, AssociationState state, List<Command> commands) {
  private static final int MOST_COMMANDS = 200;

  static Script of(byte[] bytes) {
    Source source = new Source(bytes);
    int flags = source.next();
    Game.Setup setup = new Game.Setup((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
    AssociationState[] states = AssociationState.values();
    AssociationState state = states[source.next() % states.length];
    List<Command> commands = new ArrayList<>();
    while (source.hasMore() && commands.size() < MOST_COMMANDS) {
      commands.add(source.command());
    }
    return new Script(setup, state, commands);
  }

  void play() {
    new Game(setup, 1).bring(state).play(commands).finish();
  }

  /** Reads zeros behind the end. */
  private static final class Source {
    private final byte[] bytes;
    private int at;

    Source(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean hasMore() {
      return at < bytes.length;
    }

    int next() {
      return at < bytes.length ? Byte.toUnsignedInt(bytes[at++]) : 0;
    }

    int nextShort() {
      return next() << 8 | next();
    }

    /** Mostly near zero, sometimes anywhere. */
    int offset() {
      int first = next();
      return switch (first >> 6) {
        case 0, 1 -> first & 0x7F;
        case 2 -> -(first & 0x3F);
        default -> (first & 0x3F) << 26 | nextShort() << 10 | nextShort();
      };
    }

    int stream() {
      return next() % Game.STREAMS;
    }

    List<Integer> list(int most, boolean wide) {
      int count = next() % (most + 1);
      List<Integer> values = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        values.add(wide ? nextShort() : next());
      }
      return values;
    }

    Command command() {
      int first = next();
      Who who = (first & 0x80) != 0 ? Who.A : Who.B;
      return switch (first & 0x1F) {
        case 0 -> new Command.Connect(who);
        case 1, 2 -> new Command.Send(who, stream(), nextShort() % 40_000, sendOptions());
        case 3 -> new Command.Reset(who, List.of(stream()));
        case 4 -> new Command.Weigh(who, stream(), 1 + nextShort() % 65535);
        case 5 -> new Command.Consume(who, nextShort());
        case 6 -> new Command.Shutdown(who);
        case 7 -> new Command.Abort(who);
        case 8 -> new Command.ChangePath(who);
        case 9 -> new Command.Pass(nextShort() / 4);
        case 10, 11 -> new Command.Network(who, Fate.values()[next() % 5], 1 + next() % 8);
        case 12, 13 -> new Command.Exchange(1 + next() % 6);
        case 14 -> new Command.Replay(who, next());
        case 15 ->
            switch (first >> 5 & 3) {
              case 0 -> new Command.AskReset(who, List.of(stream()));
              case 1 -> new Command.AddStreams(who, 1 + next());
              case 2 -> new Command.AskStreams(who, 1 + next());
              default -> new Command.ResetNumbers(who);
            };
        default -> new Command.Forge(who, tag(first), forgeries());
      };
    }

    private static Tag tag(int first) {
      return (first & 0x60) != 0x60 ? Tag.RIGHT : Tag.values()[first & 3];
    }

    private SendOptions sendOptions() {
      int kind = next();
      return new SendOptions(
          (kind & 1) == 0,
          (kind & 2) == 0 ? -1 : kind >> 6,
          (kind & 4) == 0 ? -1 : (kind >> 4) * 20_000_000L,
          (kind & 8) == 0 ? -1 : kind >> 5);
    }

    private List<Forgery> forgeries() {
      List<Forgery> chunks = new ArrayList<>();
      int count = 1 + next() % 4;
      for (int i = 0; i < count; i++) {
        chunks.add(forgery());
      }
      return chunks;
    }

    private Forgery forgery() {
      int kind = next();
      boolean interleaved = (kind & 0x80) != 0;
      return switch (kind & 7) {
        case 0, 1 ->
            new Forgery.Data(
                offset(),
                next() & 31,
                offset(),
                offset(),
                next(),
                nextShort() & 0x7FF,
                interleaved);
        case 2 -> new Forgery.Sack(offset(), nextShort() << 4, list(16, true), list(4, false));
        case 3 -> new Forgery.Forward(offset(), list(8, false), offset(), interleaved);
        case 4 ->
            new Forgery.Reconfig(13 + next() % 6, offset(), offset(), offset(), list(6, false));
        case 5 ->
            new Forgery.Initial(
                interleaved, offset(), offset(), nextShort(), offset(), list(40, false));
        case 6 -> new Forgery.Raw(next(), next(), 0, list(60, false));
        default -> new Forgery.Raw(next(), next(), offset(), list(60, false));
      };
    }
  }
}
