package dev.turnstone.cli.stdio;

import dev.turnstone.cli.link.Peers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A peer on two streams, one JSON object per line each way. It holds one connection at a time; an
 * offer, made or taken, while one is there closes that one and starts another. What it cannot do it
 * answers with a line of type "error", and goes on.
 */
public final class StdioPeer {
  private static final int MAX_LINE_BYTES = 1024 * 1024;
  private static final long LAST_WORDS_SECONDS = 5;

  private final Peers peers;
  private final PeerConnectionConfiguration configuration;
  private final boolean trickle;
  private final LineReader in;
  private final JsonLines out;

  /** The connection that is there, or that waits for its offer. */
  private Link link;

  /** The answer or offer that is being made, if one is. */
  private CompletableFuture<Void> pending = CompletableFuture.completedFuture(null);

  /**
   * A peer that has not begun.
   *
   * @param peers where connections come from; not closed here
   * @param configuration what connections are made with
   * @param trickle whether candidates are written as lines of their own
   * @param in the requests, in UTF-8
   * @param out the replies, in UTF-8
   */
  public StdioPeer(
      Peers peers,
      PeerConnectionConfiguration configuration,
      boolean trickle,
      InputStream in,
      OutputStream out) {
    this.peers = peers;
    this.configuration = configuration;
    this.trickle = trickle;
    this.in = new LineReader(in, MAX_LINE_BYTES);
    this.out = new JsonLines(out);
  }

  /**
   * Serves lines on this thread until one asks for the exit or the input ends.
   *
   * @throws IOException when the input cannot be read
   * @throws IllegalArgumentException when no connection can be made with the configuration
   */
  public void run() throws IOException {
    // Made before anything is asked: a wrong configuration shows at the start, not at the first
    // offer.
    link = newLink();
    out.ready();
    try {
      while (true) {
        String line;
        try {
          line = in.next();
        } catch (LineReader.TooLong tooLong) {
          out.error(tooLong);
          continue;
        }
        if (line == null) {
          finishPending();
          return;
        }
        if (!line.isBlank() && !handle(line)) {
          return;
        }
      }
    } finally {
      link.close();
    }
  }

  /** Whether to go on. */
  private boolean handle(String line) {
    Request request;
    try {
      request = Request.parse(line);
    } catch (IllegalArgumentException malformed) {
      out.error(malformed);
      return true;
    }
    try {
      if (request instanceof Request.Exit) {
        return false;
      } else if (request instanceof Request.Offer offer) {
        begin(freshLink().takeOffer(offer.sdp()));
      } else if (request instanceof Request.MakeOffer) {
        begin(freshLink().makeOffer());
      } else if (request instanceof Request.Probe) {
        if (link.begun()) {
          link.probe();
        } else {
          out.error("there is no connection to probe");
        }
      } else if (request instanceof Request.Answer answer) {
        if (!link.begun()) {
          out.error("an answer came, and no offer was made");
        } else {
          report(link.takeAnswer(answer.sdp()));
        }
      } else if (request instanceof Request.Candidate candidate) {
        // One that comes before the offer waits in the connection that will take the offer.
        report(link.addCandidate(candidate.candidate()));
      }
    } catch (RuntimeException refused) {
      out.error(refused);
    }
    return true;
  }

  private void begin(CompletableFuture<Void> work) {
    pending = work;
    report(work);
  }

  private void report(CompletableFuture<Void> work) {
    work.exceptionally(
        failure -> {
          out.error(failure);
          return null;
        });
  }

  private Link newLink() {
    return new Link(peers, configuration, trickle, out);
  }

  /** The connection that waits for its offer, or a new one in place of the one that is there. */
  private Link freshLink() {
    if (link.begun()) {
      link.close();
      link = newLink();
    }
    return link;
  }

  /** {@code echo '{"type":"offer",...}' | turnstone peer --stdio} shall still print the answer. */
  private void finishPending() {
    try {
      pending.completeOnTimeout(null, LAST_WORDS_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException reported) {
      // The line about it is out.
    }
  }
}
