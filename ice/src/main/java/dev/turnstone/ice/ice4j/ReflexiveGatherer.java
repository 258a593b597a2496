package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks STUN servers for the addresses that they see (RFC 8445 section 5.1.1.2). On the loop. A dead
 * server delays nothing but the end.
 */
final class ReflexiveGatherer {
  private static final Logger LOG = LoggerFactory.getLogger(Ice4jEngine.class);

  /**
   * RFC 8489 section 6.2.1: the first retransmission after 500 ms, then twice as long each time.
   */
  private static final Duration FIRST_TIMEOUT = Duration.ofMillis(500);

  /** RFC 8445 section 14.2: one new transaction each 50 ms. */
  private static final Duration PACE = Duration.ofMillis(50);

  private final IceOptions options;
  private final IceNetwork network;
  private final Transactions transactions;
  private final Consumer<Candidate> onCandidate;
  private final Runnable onComplete;
  private final List<IceNetwork.Cancellable> timers = new ArrayList<>();
  private final List<TransactionId> open = new ArrayList<>();
  private int pending;
  private int begun;
  private boolean over;

  ReflexiveGatherer(
      IceOptions options,
      IceNetwork network,
      Transactions transactions,
      Consumer<Candidate> onCandidate,
      Runnable onComplete) {
    this.options = options;
    this.network = network;
    this.transactions = transactions;
    this.onCandidate = onCandidate;
    this.onComplete = onComplete;
  }

  void start(List<BoundSocket> sockets) {
    pending = options.servers().size();
    if (pending == 0) {
      complete();
      return;
    }
    timers.add(network.schedule(options.timing().gathering(), this::complete));
    for (IceServer server : options.servers()) {
      network.resolve(server.host(), addresses -> ask(sockets, server, addresses));
    }
  }

  private void ask(List<BoundSocket> sockets, IceServer server, List<InetAddress> addresses) {
    if (over) {
      return;
    }
    for (BoundSocket socket : sockets) {
      for (InetAddress address : addresses) {
        if (Addresses.canReach(socket.address().getAddress(), address)) {
          ask(socket, new InetSocketAddress(address, server.port()));
          break;
        }
      }
    }
    finishOne();
  }

  private void ask(BoundSocket socket, InetSocketAddress server) {
    pending++;
    TransactionId id = TransactionId.random(options.random());
    open.add(id);
    transactions.add(
        id,
        (response, packet, at, from) -> {
          // RFC 8445 section 7.2.5.2.1 in spirit: from where we asked, to where we asked from.
          if (at == socket && from.equals(server)) {
            transactions.remove(id);
            open.remove(id);
            onResponse(response, socket, server);
            finishOne();
          }
        });
    ByteBuffer request = ByteBuffer.allocate(StunMessage.HEADER_LENGTH + 8);
    new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, id)
        .encoder(request)
        .fingerprint()
        .finish();
    request.flip();
    schedule(
        PACE.multipliedBy(begun++), () -> transmit(id, socket, server, request, FIRST_TIMEOUT));
  }

  private void transmit(
      TransactionId id,
      BoundSocket socket,
      InetSocketAddress server,
      ByteBuffer request,
      Duration timeout) {
    if (over || !open.contains(id)) {
      return;
    }
    socket.sendNow(request.duplicate(), server);
    schedule(timeout, () -> transmit(id, socket, server, request, timeout.multipliedBy(2)));
  }

  private void schedule(Duration delay, Runnable task) {
    timers.add(network.schedule(delay, task));
  }

  private void onResponse(StunMessage response, BoundSocket socket, InetSocketAddress server) {
    if (response.messageClass() != MessageClass.SUCCESS_RESPONSE) {
      LOG.debug("the STUN server {} refuses", server);
      return;
    }
    Optional<InetSocketAddress> mapped =
        response
            .attribute(StunAttribute.XorMappedAddress.class)
            .map(StunAttribute.XorMappedAddress::address)
            .or(
                () ->
                    response
                        .attribute(StunAttribute.MappedAddress.class)
                        .map(StunAttribute.MappedAddress::address));
    mapped
        .filter(Addresses::isUsable)
        .ifPresent(
            address -> {
              Candidate candidate =
                  Candidate.serverReflexive(
                      address, socket.address(), server.getAddress(), socket.localPreference());
              if (socket.addReflexive(address, candidate)) {
                onCandidate.accept(candidate);
              }
            });
  }

  private void finishOne() {
    pending--;
    if (pending == 0) {
      complete();
    }
  }

  private void complete() {
    if (!over) {
      cancel();
      onComplete.run();
    }
  }

  /** Ends it without a word. */
  void cancel() {
    over = true;
    timers.forEach(IceNetwork.Cancellable::cancel);
    timers.clear();
    open.forEach(transactions::remove);
    open.clear();
  }
}
