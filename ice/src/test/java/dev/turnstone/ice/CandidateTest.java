package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CandidateTest {
  private static InetSocketAddress address(String literal, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(literal), port);
  }

  @Test
  void linesOfTheFieldSurvive() {
    List<String> lines =
        List.of(
            // Chromium, with and without permission to show its addresses.
            "candidate:910786458 1 udp 2122260223 127.0.0.1 35445 typ host generation 0"
                + " network-id 1 network-cost 50",
            "candidate:1475501586 1 udp 2113937151 6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local"
                + " 52918 typ host generation 0 network-cost 999",
            "candidate:2133560760 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active"
                + " generation 0 network-id 1 network-cost 50",
            // Pion: the same port again for the second component.
            "candidate:2878742611 2 udp 2130706431 127.0.0.1 44113 typ host",
            // werift: the user fragment of its generation.
            "candidate:626da4e5384a0ce2d0d93678a 1 udp 2116026367 127.0.0.1 36395 typ host"
                + " generation 0 ufrag 2c1a",
            "candidate:842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx raddr 0.0.0.0"
                + " rport 0 generation 0 ufrag EEtu network-cost 999",
            "candidate:1 1 udp 2122252543 fd00::2 49377 typ relay raddr 192.0.2.1 rport 500");
    for (String line : lines) {
      assertEquals(line, Candidate.parse(line).toString());
      assertEquals(Candidate.parse(line), Candidate.parse("a=" + line));
      assertEquals(
          Candidate.parse(line), Candidate.parse(line.substring("candidate:".length()) + "\r\n"));
    }
  }

  @Test
  void firefoxWritesTheTransportInUpperCase() {
    Candidate candidate =
        Candidate.parse("candidate:2 1 TCP 2105458943 192.0.2.2 9 typ host tcptype active");
    assertEquals("tcp", candidate.transport());
    assertEquals("active", candidate.extensions().get("tcptype"));
  }

  @Test
  void everyPartIsRead() {
    Candidate candidate =
        Candidate.parse(
            "candidate:a/+1 2 UDP 1 host.example 0 typ prflx raddr ::1 rport 65535 x y z");
    assertEquals("a/+1", candidate.foundation());
    assertEquals(2, candidate.component());
    assertEquals("udp", candidate.transport());
    assertEquals(1, candidate.priority());
    assertEquals("host.example", candidate.address());
    assertEquals(0, candidate.port());
    assertEquals(CandidateType.PEER_REFLEXIVE, candidate.type());
    assertEquals(Optional.of("::1"), candidate.relatedAddress());
    assertEquals(65535, candidate.relatedPort());
    assertEquals(List.of("x", "z"), List.copyOf(candidate.extensions().keySet()));
    assertEquals("", candidate.extensions().get("z"));
  }

  @Test
  void whatIsMalformedIsRefusedWithAReason() {
    List<String> lines =
        List.of(
            "",
            "candidate:",
            "candidate:1 1 udp 1 192.0.2.1",
            "candidate:1 1 udp 1 192.0.2.1 5 host",
            "candidate:1 1 udp 1 192.0.2.1 5 typ",
            "candidate:1 1 udp 1 192.0.2.1 5 typ strange",
            "candidate:1 0 udp 1 192.0.2.1 5 typ host",
            "candidate:1 257 udp 1 192.0.2.1 5 typ host",
            "candidate:1 x udp 1 192.0.2.1 5 typ host",
            "candidate:1 1 udp 0 192.0.2.1 5 typ host",
            "candidate:1 1 udp 2147483648 192.0.2.1 5 typ host",
            "candidate:1 1 udp 99999999999999999999 192.0.2.1 5 typ host",
            "candidate:1 1 udp -1 192.0.2.1 5 typ host",
            "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
            "candidate:1 1 udp 1 192.0.2.1 5 typ srflx raddr",
            "candidate:1 1 udp 1 192.0.2.1 5 typ srflx raddr 192.0.2.1 rport many",
            "candidate:1 1 udp 1 192.0.2.1 5 typ srflx raddr 192.0.2.1 rport",
            "candidate:" + "1".repeat(33) + " 1 udp 1 192.0.2.1 5 typ host",
            "candidate:1 1 udp 1 " + "a".repeat(256) + " 5 typ host",
            "candidate:1 1 udp 1 192.0.2.1 5 typ host " + "a b ".repeat(1000),
            "candidate:1 1 udp 1 192.0.2.1 5 typ host a\u0001 b");
    for (String line : lines) {
      CandidateSyntaxException e =
          assertThrows(CandidateSyntaxException.class, () -> Candidate.parse(line), line);
      assertTrue(e.getMessage().length() > 10, line);
    }
  }

  @Test
  void noRandomTextGivesAnotherException() {
    long seed = 8839;
    Random random = new Random(seed);
    String[] words = {
      "candidate:1",
      "a=",
      "1",
      "udp",
      "0",
      "typ",
      "host",
      "raddr",
      "rport",
      "::1",
      " ",
      "\t",
      "\u0000",
      "2147483647",
      "x"
    };
    for (int round = 0; round < 20_000; round++) {
      StringBuilder line = new StringBuilder("candidate:1 1 udp 1 192.0.2.1 5 typ host");
      line.setLength(random.nextInt(line.length() + 1));
      for (int i = random.nextInt(12); i > 0; i--) {
        line.append(random.nextInt(4) == 0 ? "" : " ").append(words[random.nextInt(words.length)]);
      }
      try {
        Candidate parsed = Candidate.parse(line.toString());
        assertEquals(parsed, Candidate.parse(parsed.toString()), "seed " + seed);
      } catch (CandidateSyntaxException e) {
        // The one that is allowed.
      }
    }
  }

  @Test
  void prioritiesAreThoseOfTheFormula() {
    assertEquals(2130706431, Candidate.priority(CandidateType.HOST, 65535, 1));
    assertEquals(1694498815, Candidate.priority(CandidateType.SERVER_REFLEXIVE, 65535, 1));
    assertEquals(1862270975, Candidate.priority(CandidateType.PEER_REFLEXIVE, 65535, 1));
    assertEquals(16777215 - 1, Candidate.priority(CandidateType.RELAYED, 65535, 2));
  }

  @Test
  void foundationsAreEqualWhereTypeBaseAndServerAre() throws Exception {
    InetSocketAddress base = address("192.0.2.1", 1000);
    InetAddress server = InetAddress.getByName("198.51.100.1");
    Candidate one = Candidate.serverReflexive(address("203.0.113.5", 7), base, server, 65535);
    Candidate two =
        Candidate.serverReflexive(
            address("203.0.113.5", 8), address("192.0.2.1", 1001), server, 65535);
    Candidate three =
        Candidate.serverReflexive(
            address("203.0.113.5", 9), base, InetAddress.getByName("198.51.100.2"), 65535);
    assertEquals(one.foundation(), two.foundation());
    assertNotEquals(one.foundation(), three.foundation());
    assertNotEquals(one.foundation(), Candidate.host(base, 65535).foundation());
    assertEquals(Optional.of("192.0.2.1"), one.relatedAddress());
    assertEquals(1000, one.relatedPort());
    assertEquals(one, Candidate.parse(one.toString()));
  }

  @Test
  void ipv6IsWrittenShort() throws Exception {
    String[][] pairs = {
      {"fd00:0:0:0:0:0:0:2", "fd00::2"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:1:0:0:0:0:0", "2001:db8:1::"},
      {"0:0:0:0:0:0:0:0", "::"}
    };
    for (String[] pair : pairs) {
      assertEquals(pair[1], Candidate.host(address(pair[0], 5), 65535).address());
    }
  }
}
