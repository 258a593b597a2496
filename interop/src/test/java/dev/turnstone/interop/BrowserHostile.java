package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.dtls.DtlsException;
import dev.turnstone.interop.Plan.JvmRole;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Liars, noise and loss between a browser and the JVM. */
abstract class BrowserHostile extends BrowserScenarios {
  private static final long SEED = 20261121;

  @ParameterizedTest(name = "the JVM is DTLS {0}")
  @EnumSource(JvmRole.class)
  void theJvmRefusesACertificateOfAnotherFingerprint(JvmRole role) {
    BrowserPeer browser = browser();
    JvmPeer jvm = jvm();
    browser.open(CHAT);
    JvmChannel mine = jvm.open("mine");
    Plan.browserOffers().as(role).changingToJvm(Sdp::wrongFingerprint).negotiate(browser, jvm);

    jvm.awaitConnection(PeerConnectionState.FAILED);
    browser.awaitConnection("failed", "closed");
    assertEquals(DtlsException.Reason.FINGERPRINT_MISMATCH, reason(jvm));
    assertTrue(mine.silent());
    assertEquals(0, jvm.acceptedCount());
  }

  @ParameterizedTest(name = "the JVM is DTLS {0}")
  @EnumSource(JvmRole.class)
  void theJvmHearsThatTheBrowserRefusedItsCertificate(JvmRole role) {
    BrowserPeer browser = browser();
    JvmPeer jvm = jvm();
    JvmChannel mine = jvm.open(CHAT);
    Plan.jvmOffers().as(role).changingToBrowser(Sdp::wrongFingerprint).negotiate(browser, jvm);

    browser.awaitConnection("failed");
    jvm.awaitConnection(PeerConnectionState.FAILED);
    assertEquals(DtlsException.Reason.ALERT_RECEIVED, reason(jvm));
    assertTrue(mine.silent());
    assertEquals(0, jvm.acceptedCount());
  }

  @Test
  void noiseAtTheSocketDoesNoHarm() throws IOException {
    Random random = new Random(SEED);
    try (UdpTap tap = new UdpTap();
        DatagramSocket stranger = new DatagramSocket()) {
      int[] port = new int[1];
      Plan plan = through(tap, Plan.browserOffers());
      Plan noting =
          plan.changingToBrowser(
              sdp -> {
                port[0] = Sdp.loopbackPort(sdp);
                return plan.toBrowser().apply(sdp);
              });
      Link link = connect(noting);
      link.browser().beginBulk(CHAT, 5, 4_000_000, 16384);
      for (int i = 0; i < 2000; i++) {
        byte[] noise = noise(random, i);
        stranger.send(
            new DatagramPacket(noise, noise.length, InetAddress.getLoopbackAddress(), port[0]));
        // The worse case: from the very address that the checks have validated.
        tap.inject(noise);
      }
      assertEquals(
          Message.pattern(5, 4_000_000), link.chat().receivedBytes(4_000_000), "seed " + SEED);
      link.chat().channel().send("unharmed");
      assertEquals(List.of(Message.text("unharmed")), link.browser().received(CHAT, 1));
      assertEquals(PeerConnectionState.CONNECTED, link.jvm().connection().connectionState());
    }
  }

  @Test
  void aReliableChannelIsWholeOverALossyPath() throws IOException {
    try (UdpTap tap = new UdpTap()) {
      Link link = connect(through(tap, Plan.jvmOffers()));
      tap.lose(0.05, SEED);
      int bytes = 500_000;
      link.browser().beginBulk(CHAT, 6, bytes, 10_000);
      link.chat().sendBulk(7, bytes, 10_000);
      assertEquals(Message.pattern(6, bytes), link.chat().receivedBytes(bytes), "seed " + SEED);
      assertEquals(
          Message.pattern(7, bytes), link.browser().receivedBytes(CHAT, bytes), "seed " + SEED);
    }
  }

  @Test
  void aPartiallyReliableChannelGivesUpWhatALossyPathLoses() throws IOException {
    try (UdpTap tap = new UdpTap()) {
      Link link = connect(through(tap, Plan.jvmOffers()));
      DataChannelOptions once =
          DataChannelOptions.builder().ordered(true).maxRetransmits(0).build();
      JvmChannel down = link.jvm().open("down", once).awaitOpen();
      link.browser().open("up", Map.of("ordered", true, "maxRetransmits", 0));
      JvmChannel up = link.jvm().accepted("up");
      link.browser().awaitOpen("down");
      link.browser().awaitOpen("up");

      tap.lose(0.2, SEED);
      for (int i = 0; i < 200; i++) {
        down.channel().send(new Pattern(i).next(1000));
        link.browser().sendPattern("up", i, 1000);
      }
      // The reliable channel shares the association: what it brings comes after the abandoned.
      link.chat().channel().send("mark");
      link.browser().send(CHAT, "mark");
      link.browser().received(CHAT, 1);
      link.chat().received(1);
      tap.lose(0, SEED);
      down.channel().send("end");
      link.browser().send("up", "end");

      assertGaveUp(up.receivedUntil(Message.text("end")));
      assertGaveUp(link.browser().receivedUntil("down", "end"));
    }
  }

  private static void assertGaveUp(List<Message> received) {
    List<Message> sent =
        Stream.concat(
                Stream.iterate(0, i -> i < 200, i -> i + 1).map(i -> Message.pattern(i, 1000)),
                Stream.of(Message.text("end")))
            .toList();
    assertTrue(received.size() < sent.size(), "nothing was given up: " + received.size());
    assertTrue(received.size() > 50, "almost nothing came: " + received.size());
    List<Message> inOrder = new ArrayList<>(sent);
    inOrder.retainAll(received);
    assertEquals(inOrder, received, "ordered channel, seed " + SEED);
  }

  /**
   * A datagram that nobody should send: random, or like one of the protocols that share the port.
   */
  private static byte[] noise(Random random, int turn) {
    byte[] noise = new byte[turn % 11 == 0 ? 0 : random.nextInt(1500)];
    random.nextBytes(noise);
    if (noise.length > 13) {
      switch (turn % 5) {
        case 0 -> noise[0] = 0; // STUN by its first byte (RFC 7983)
        case 1 -> header(noise, 23); // DTLS application data that no key opens
        case 2 -> {
          header(noise, 21); // a DTLS alert in the clear: close_notify
          noise[3] = 0;
          noise[4] = 0;
          noise[11] = 0;
          noise[12] = 2;
          noise[13] = 1;
        }
        case 3 -> header(noise, 22); // a DTLS handshake record
        default -> noise[0] = (byte) 128; // RTP
      }
    }
    return noise;
  }

  private static void header(byte[] noise, int contentType) {
    noise[0] = (byte) contentType;
    noise[1] = (byte) 254;
    noise[2] = (byte) 253;
    noise[3] = 0;
    noise[4] = 1;
  }

  private static DtlsException.Reason reason(JvmPeer jvm) {
    Throwable failure = jvm.connection().failure().orElseThrow();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DtlsException dtls) {
        return dtls.reason();
      }
    }
    throw new AssertionError("the failure does not say why", failure);
  }
}
