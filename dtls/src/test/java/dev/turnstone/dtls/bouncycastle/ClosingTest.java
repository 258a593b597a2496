package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.DtlsSession;
import dev.turnstone.dtls.DtlsState;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosingTest {
  private final Pair pair = new Pair();

  @AfterEach
  void leaveNothingBehind() {
    pair.close();
    pair.joinWorkers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLIENT", "SERVER"})
  void closeNotifyTellsThePeer(DtlsRole role) {
    pair.connect();
    Endpoint closing = role == DtlsRole.CLIENT ? pair.client : pair.server;
    Endpoint other = role == DtlsRole.CLIENT ? pair.server : pair.client;
    closing.send("last words");
    closing.engine.close();
    int events = closing.events;
    pair.loop.runUntil(other::isOver, "close_notify");
    pair.loop.runPresent();
    assertTrue(other.closed);
    assertEquals(List.of("last words"), other.data);
    assertEquals(DtlsState.CLOSED, other.engine.state());
    assertEquals(DtlsState.CLOSED, closing.engine.state());
    assertEquals(events, closing.events, "the listener heard something after close");
    assertFalse(closing.closed);
    assertThrows(IllegalStateException.class, () -> other.send("too late"));
  }

  @Test
  void datagramsAfterTheEndAreDropped() {
    pair.connect();
    pair.client.engine.close();
    long before = pair.client.engine.statistics().datagramsDropped();
    pair.client.engine.handlePacket(ByteBuffer.allocate(100));
    assertEquals(before + 1, pair.client.engine.statistics().datagramsDropped());
  }

  @Test
  void bothMayCloseAtOnce() {
    pair.connect();
    pair.client.engine.close();
    pair.server.engine.close();
    pair.loop.runPresent();
    assertFalse(pair.client.closed);
    assertFalse(pair.server.closed);
  }

  @Test
  void closingFromInsideACallIsAllowed() {
    pair.server.whenConnected = () -> pair.server.engine.close();
    pair.start();
    pair.loop.runUntil(() -> pair.client.closed, "close_notify");
    assertEquals(DtlsState.CLOSED, pair.server.engine.state());
  }

  @Test
  void workersThatTakeNothingFailTheConnection() {
    DtlsException[] failure = {null};
    DtlsListener listener =
        new DtlsListener() {
          @Override
          public void onPacket(ByteBuffer datagram) {}

          @Override
          public void onFlush() {}

          @Override
          public void onConnected(DtlsSession session) {}

          @Override
          public void onData(ByteBuffer applicationData) {}

          @Override
          public void onClosed() {}

          @Override
          public void onFailed(DtlsException reason) {
            failure[0] = reason;
          }
        };
    new BouncyCastleDtlsEngineFactory(
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            new SecureRandom())
        .create(Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO), pair.loop, listener)
        .start();
    assertEquals(DtlsException.Reason.INTERNAL_ERROR, failure[0].reason());
  }
}
