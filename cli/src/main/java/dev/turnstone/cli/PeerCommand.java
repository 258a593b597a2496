package dev.turnstone.cli;

import dev.turnstone.cli.link.Peers;
import dev.turnstone.cli.link.Threads;
import dev.turnstone.cli.stdio.StdioPeer;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code turnstone peer}. */
@Command(
    name = "peer",
    header = "A peer for scripts and other programs: one JSON object per line.",
    mixinStandardHelpOptions = true,
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nLines:%n",
    footer = {
      "  out {\"type\":\"ready\"}                      first of all",
      "  in  {\"type\":\"offer\",\"sdp\":S}              connect to the peer that made it",
      "  out {\"type\":\"answer\",\"sdp\":S}             all candidates inside, unless --trickle",
      "  in  {\"cmd\":\"makeOffer\"}                   connect to a peer that will answer",
      "  out {\"type\":\"offer\",\"sdp\":S}",
      "  in  {\"type\":\"answer\",\"sdp\":S}",
      "  out {\"type\":\"probe\",\"ok\":true,\"ms\":N}     three messages came back as they were;",
      "                                          \"local\", \"remote\", \"transport\": over which pair",
      "  in  {\"type\":\"candidate\",\"candidate\":C,\"sdpMid\":M}",
      "  out the same, with --trickle",
      "  in  {\"cmd\":\"probe\"}                       three more, on a new channel",
      "  in  {\"cmd\":\"exit\"}                        so does the end of input",
      "  out {\"type\":\"error\",\"error\":\"...\"}        what could not be done; it goes on",
      "",
      "Every message on a data channel that the other peer opened is echoed. A new offer",
      "starts a new connection and closes the one before."
    })
final class PeerCommand implements Callable<Integer> {
  @Option(
      names = "--stdio",
      required = true,
      description = "Speak on standard input and output. Required; there is no other way yet.")
  private boolean stdio;

  @Option(names = "--trickle", description = "Write each candidate as a line of its own.")
  private boolean trickle;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public Integer call() throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err); // standard output is the protocol's alone
    ExecutorService callbacks = Threads.callbacks("callbacks");
    try (Peers peers = Peers.overUdp()) {
      new StdioPeer(peers, connection.configuration(callbacks).build(), trickle, System.in, out)
          .run();
    } finally {
      System.setOut(out);
    }
    return 0;
  }
}
