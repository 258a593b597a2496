package dev.turnstone.sctp.play;

import dev.turnstone.sctp.AssociationState;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random lists of commands and packets. What is held against them stands in {@link Game} and {@link
 * Player}. More tries: {@code -Djqwik.tries.default=100000}.
 */
class RandomGamesTest {

  @Provide
  Arbitrary<Game.Setup> setups() {
    return Commands.setups();
  }

  @Provide
  Arbitrary<List<Command>> honest() {
    return Commands.honest();
  }

  @Provide
  Arbitrary<List<Command>> hostile() {
    return Commands.hostile();
  }

  @Property(seed = "1")
  void whateverIsAskedForArrivesOnceAndInOrderAndEnds(
      @ForAll("setups") Game.Setup setup, @ForAll("honest") List<Command> commands) {
    new Game(setup, commands.size()).play(commands).finish();
  }

  @Property(seed = "2")
  void connectedSidesDoSoToo(
      @ForAll("setups") Game.Setup setup, @ForAll("honest") List<Command> commands) {
    new Game(setup, commands.size()).bring(AssociationState.ESTABLISHED).play(commands).finish();
  }

  @Property(seed = "3")
  void forgedPacketsInAnyStateCostLittleAndEndInWords(
      @ForAll("setups") Game.Setup setup,
      @ForAll AssociationState state,
      @ForAll("hostile") List<Command> commands) {
    new Game(setup, commands.size()).bring(state).play(commands).finish();
  }
}
