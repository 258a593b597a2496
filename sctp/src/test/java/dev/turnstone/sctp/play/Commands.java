package dev.turnstone.sctp.play;

import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.play.Command.Fate;
import dev.turnstone.sctp.play.Command.Tag;
import dev.turnstone.sctp.play.Command.Who;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Where jqwik's games come from. */
final class Commands {
  private Commands() {}

  static Arbitrary<Game.Setup> setups() {
    Arbitrary<Boolean> any = Arbitraries.of(true, false);
    return Combinators.combine(any, any, any).as(Game.Setup::new);
  }

  /** What applications and the network do, when the peers are honest. */
  static Arbitrary<List<Command>> honest() {
    return Arbitraries.frequencyOf(
            Tuple.of(8, sends()),
            Tuple.of(6, networks()),
            Tuple.of(5, numbers(1, 5).map(Command.Exchange::new)),
            Tuple.of(3, numbers(0, 3000).map(Command.Pass::new)),
            Tuple.of(3, Combinators.combine(who(), numbers(0, 60_000)).as(Command.Consume::new)),
            Tuple.of(2, Combinators.combine(who(), streamLists()).as(Command.Reset::new)),
            Tuple.of(
                1, Combinators.combine(who(), streams(), numbers(1, 65535)).as(Command.Weigh::new)),
            Tuple.of(2, Combinators.combine(who(), numbers(0, 199)).as(Command.Replay::new)),
            Tuple.of(1, who().map(Command.ChangePath::new)),
            Tuple.of(2, reconfigurations()),
            Tuple.of(1, ends()))
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  /** The same, with packets to B that A never sent. */
  static Arbitrary<List<Command>> hostile() {
    return Arbitraries.frequencyOf(
            Tuple.of(20, forges()),
            Tuple.of(2, sends()),
            Tuple.of(2, networks()),
            Tuple.of(1, numbers(1, 2).map(Command.Exchange::new)),
            Tuple.of(2, numbers(0, 1000).map(Command.Pass::new)),
            Tuple.of(1, Combinators.combine(who(), numbers(0, 60_000)).as(Command.Consume::new)),
            Tuple.of(1, Combinators.combine(who(), streamLists()).as(Command.Reset::new)),
            Tuple.of(1, reconfigurations()),
            Tuple.of(2, Combinators.combine(who(), numbers(0, 199)).as(Command.Replay::new)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(50);
  }

  private static Arbitrary<Integer> numbers(int min, int max) {
    return Arbitraries.integers().between(min, max);
  }

  private static Arbitrary<Who> who() {
    return Arbitraries.of(Who.class);
  }

  private static Arbitrary<Integer> streams() {
    return numbers(0, Game.STREAMS - 1);
  }

  private static Arbitrary<List<Integer>> streamLists() {
    return numbers(0, 4).list().ofMinSize(1).ofMaxSize(3);
  }

  private static Arbitrary<Command> reconfigurations() {
    return Arbitraries.oneOf(
        Combinators.combine(who(), streamLists()).as(Command.AskReset::new),
        Combinators.combine(who(), numbers(1, 20)).as(Command.AddStreams::new),
        Combinators.combine(who(), numbers(1, 20)).as(Command.AskStreams::new),
        who().map(Command.ResetNumbers::new));
  }

  private static Arbitrary<Command> ends() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, who().map(Command.Connect::new)),
        Tuple.of(3, who().map(Command.Shutdown::new)),
        Tuple.of(1, who().map(Command.Abort::new)));
  }

  private static Arbitrary<Command> networks() {
    return Combinators.combine(who(), Arbitraries.of(Fate.class), numbers(1, 6))
        .as(Command.Network::new);
  }

  private static Arbitrary<Command> sends() {
    Arbitrary<Integer> sizes =
        Arbitraries.oneOf(numbers(4, 100), numbers(1000, 1300), numbers(4, 40_000));
    Arbitrary<SendOptions> options =
        Combinators.combine(
                Arbitraries.of(true, false),
                Arbitraries.frequencyOf(
                    Tuple.of(3, Arbitraries.just(-1)), Tuple.of(1, numbers(0, 3))),
                Arbitraries.frequencyOf(
                    Tuple.of(3, Arbitraries.just(-1)), Tuple.of(1, numbers(0, 500))),
                Arbitraries.frequencyOf(
                    Tuple.of(3, Arbitraries.just(-1)), Tuple.of(1, numbers(0, 5))))
            .as(
                (ordered, retransmits, lifetimeMillis, priority) ->
                    new SendOptions(
                        ordered,
                        retransmits,
                        lifetimeMillis < 0 ? -1 : lifetimeMillis * 1_000_000L,
                        priority));
    return Combinators.combine(who(), numbers(0, 4), sizes, options).as(Command.Send::new);
  }

  private static Arbitrary<Command> forges() {
    Arbitrary<Tag> tags =
        Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.just(Tag.RIGHT)), Tuple.of(1, Arbitraries.of(Tag.class)));
    return Combinators.combine(tags, forgeries().list().ofMinSize(1).ofMaxSize(4))
        .as((tag, chunks) -> new Command.Forge(Who.B, tag, chunks));
  }

  private static Arbitrary<Integer> offsets() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, numbers(-5, 10)),
        Tuple.of(1, numbers(-70_000, 70_000)),
        Tuple.of(1, Arbitraries.integers()));
  }

  private static Arbitrary<List<Integer>> bytes(int most) {
    return numbers(0, 255).list().ofMaxSize(most);
  }

  private static Arbitrary<Forgery> forgeries() {
    Arbitrary<Boolean> any = Arbitraries.of(true, false);
    Arbitrary<Integer> streams = numbers(0, Game.STREAMS + 2).filter(id -> id != Game.STREAMS);
    Arbitrary<Integer> numbers = Arbitraries.oneOf(numbers(0, 5), Arbitraries.integers());
    Arbitrary<Forgery> data =
        Combinators.combine(
                offsets(), streams, numbers, numbers, numbers(0, 15), numbers(0, 1400), any)
            .as(Forgery.Data::new);
    Arbitrary<Forgery> sacks =
        Combinators.combine(
                offsets(),
                numbers(0, 1_000_000),
                Arbitraries.oneOf(numbers(0, 20), numbers(0, 65535)).list().ofMaxSize(40),
                offsets().list().ofMaxSize(5))
            .as(Forgery.Sack::new);
    Arbitrary<Forgery> forwards =
        Combinators.combine(offsets(), streams.list().ofMaxSize(6), numbers, any)
            .as(Forgery.Forward::new);
    Arbitrary<Forgery> reconfigs =
        Combinators.combine(
                numbers(13, 18),
                offsets(),
                offsets(),
                offsets(),
                numbers(0, 20).list().ofMaxSize(5))
            .as(Forgery.Reconfig::new);
    Arbitrary<Forgery> initials =
        Combinators.combine(
                any,
                Arbitraries.integers(),
                Arbitraries.integers(),
                numbers(0, 65535),
                offsets(),
                bytes(60))
            .as(Forgery.Initial::new);
    Arbitrary<Integer> types =
        Arbitraries.oneOf(numbers(0, 15), Arbitraries.of(64, 130, 132, 192, 194), numbers(0, 255));
    Arbitrary<Integer> lies =
        Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.just(0)), Tuple.of(1, numbers(-8, 70_000)));
    Arbitrary<Forgery> raw =
        Combinators.combine(types, numbers(0, 255), lies, bytes(60)).as(Forgery.Raw::new);
    return Arbitraries.frequencyOf(
        Tuple.of(6, data),
        Tuple.of(3, sacks),
        Tuple.of(2, forwards),
        Tuple.of(3, reconfigs),
        Tuple.of(1, initials),
        Tuple.of(3, raw));
  }
}
