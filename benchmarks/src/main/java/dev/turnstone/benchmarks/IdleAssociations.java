package dev.turnstone.benchmarks;

import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.association.SctpAssociation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What an idle association costs: ten thousand of them are connected to each other, each sends one
 * message both ways, and the heap is read after a collection, with and without them. Not a JMH
 * benchmark: {@code java -cp benchmarks.jar dev.turnstone.benchmarks.IdleAssociations}.
 */
public final class IdleAssociations {
  private static final int PAIRS = 5000;

  /** One for all, as a loop has it. */
  private static final ByteBuffer PACKET = ByteBuffer.allocate(2000);

  private IdleAssociations() {}

  /** Prints bytes of heap for each idle association, and what they took of their budget. */
  public static void main(String[] args) {
    // Classes and tables that all share are there before anything is measured.
    List<SctpAssociation> all = new ArrayList<>(2 * PAIRS + 2);
    BufferBudget budget = BufferBudget.of(1 << 20);
    addPair(all, 0, budget);
    all.clear();
    long before = heap();
    for (int pair = 0; pair < PAIRS; pair++) {
      addPair(all, pair, budget);
    }
    long after = heap();
    System.out.println(
        (after - before) / all.size()
            + " bytes of heap for each of "
            + all.size()
            + " idle associations; of the budget they use "
            + budget.used());
  }

  private static void addPair(List<SctpAssociation> all, int pair, BufferBudget budget) {
    SctpOptions options = SctpOptions.defaults();
    SctpAssociation a = new SctpAssociation(options, new SplittableRandom(2L * pair), budget);
    SctpAssociation b = new SctpAssociation(options, new SplittableRandom(2L * pair + 1), budget);
    a.connect(0);
    pump(a, b);
    a.send(0, 51, ByteBuffer.allocate(1000), SendOptions.RELIABLE_ORDERED, 0);
    b.send(0, 51, ByteBuffer.allocate(1000), SendOptions.RELIABLE_ORDERED, 0);
    pump(a, b);
    // Acknowledgements that were delayed come too.
    a.handleTimeout(300_000_000);
    b.handleTimeout(300_000_000);
    pump(a, b);
    all.add(a);
    all.add(b);
  }

  private static void pump(SctpAssociation a, SctpAssociation b) {
    boolean moved = true;
    while (moved) {
      moved = move(a, b) | move(b, a);
    }
  }

  private static boolean move(SctpAssociation from, SctpAssociation to) {
    boolean moved = false;
    while (from.pollPacket(PACKET.clear(), 0)) {
      moved = true;
      to.handlePacket(PACKET.flip(), 0);
    }
    for (SctpEvent event = to.pollEvent(); event != null; event = to.pollEvent()) {
      if (event instanceof SctpEvent.MessageReceived message) {
        to.consumed(message.payload().remaining(), 0);
      }
    }
    return moved;
  }

  private static long heap() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
