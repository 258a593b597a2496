package dev.turnstone.ice.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.mdns.MdnsName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Names of the peer, and names of ours. */
class NamesTest {
  private static final class Names implements IceNetwork {
    final Map<String, Consumer<List<InetAddress>>> asked = new HashMap<>();
    final Map<String, InetAddress> published = new HashMap<>();

    @Override
    public void resolve(String host, Consumer<List<InetAddress>> onResult) {
      asked.put(host, onResult);
    }

    @Override
    public Cancellable publish(String name, InetAddress address) {
      published.put(name, address);
      return () -> published.remove(name);
    }

    @Override
    public List<InetAddress> localAddresses() {
      throw new UnsupportedOperationException();
    }

    @Override
    public UdpSocket bind(InetSocketAddress local, UdpReceiver receiver) throws IOException {
      throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nowNanos() {
      return 0;
    }
  }

  private static final class Heard implements RemoteNames.Listener {
    final List<String> told = new ArrayList<>();
    Runnable then = () -> {};

    @Override
    public void onResolved(Candidate candidate, List<InetAddress> addresses) {
      told.add(candidate.port() + " " + addresses.size());
      then.run();
    }

    @Override
    public void onEnd() {
      told.add("end");
    }
  }

  private final Names network = new Names();
  private final Heard heard = new Heard();
  private final RemoteNames remote = new RemoteNames(network, heard);

  private static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Candidate named(int i) {
    return Candidate.parse("1 1 udp 1 " + name(i) + " " + (1000 + i) + " typ host");
  }

  private static String name(int i) {
    return "%08x-0000-4000-8000-000000000000.local".formatted(i);
  }

  private void answer(int i, String... literals) {
    List<InetAddress> found = new ArrayList<>();
    for (String literal : literals) {
      found.add(ip(literal));
    }
    network.asked.get(name(i)).accept(found);
  }

  @Test
  void oneAddressOfEachFamilyIsTakenWhateverTheNetworkSays() {
    remote.resolve(named(1));
    answer(1, "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2");
    assertEquals(List.of("1001 2"), heard.told);
  }

  @Test
  void theEndWaitsForTheNamesThatAreLookedFor() {
    remote.resolve(named(1));
    remote.resolve(named(2));
    remote.end();
    answer(1, "192.0.2.1");
    assertEquals(List.of("1001 1"), heard.told);
    answer(2);
    assertEquals(List.of("1001 1", "1002 0", "end"), heard.told);
  }

  @Test
  void withoutNamesTheEndIsTheEnd() {
    remote.end();
    assertEquals(List.of("end"), heard.told);
  }

  @Test
  void aFloodOfNamesIsBounded() {
    int taken = 0;
    for (int i = 0; i < 1000; i++) {
      taken += remote.resolve(named(i)) ? 1 : 0;
    }
    assertEquals(32, taken);
    assertEquals(32, network.asked.size());
    answer(0, "192.0.2.1");
    assertTrue(remote.resolve(named(1000)));
    assertFalse(remote.resolve(named(1001)));
  }

  @Test
  void whatIsFoundAfterARestartOrTheEndOfTheConnectionIsDropped() {
    remote.resolve(named(1));
    remote.end();
    remote.forget();
    answer(1, "192.0.2.1");
    assertEquals(List.of(), heard.told);
    remote.resolve(named(2));
    answer(2, "192.0.2.1");
    assertEquals(List.of("1002 1"), heard.told);
  }

  @Test
  void whoClosesWhenAnAddressComesHearsNoEnd() {
    remote.resolve(named(1));
    remote.end();
    heard.then = remote::forget;
    answer(1, "192.0.2.1");
    assertEquals(List.of("1001 1"), heard.told);
  }

  private static final InetSocketAddress BASE = new InetSocketAddress(ip("192.168.7.8"), 4000);
  private static final InetSocketAddress SIX = new InetSocketAddress(ip("2001:db8::8"), 4000);
  private static final InetSocketAddress MAPPED = new InetSocketAddress(ip("203.0.113.5"), 5000);

  private LocalNames local() {
    return new LocalNames(true, network, new SecureRandom());
  }

  @Test
  void aHostCandidateTellsAName() {
    LocalNames names = local();
    Candidate plain = Candidate.host(BASE, 65535);
    Candidate told = names.conceal(plain, BASE.getAddress());
    assertTrue(MdnsName.matches(told.address()));
    assertEquals(4000, told.port());
    assertEquals(plain.priority(), told.priority());
    assertEquals(Map.of(told.address(), BASE.getAddress()), network.published);
    assertEquals(told, names.conceal(plain, BASE.getAddress()));
    Candidate six = names.conceal(Candidate.host(SIX, 1), SIX.getAddress());
    assertNotEquals(told.address(), six.address());
  }

  @Test
  void noPartOfAConcealedCandidateGivesTheAddressAway() {
    LocalNames names = local();
    Candidate plain = Candidate.host(BASE, 65535);
    Candidate reflexive = Candidate.serverReflexive(MAPPED, BASE, ip("198.51.100.1"), 65535);
    Candidate host = names.conceal(plain, BASE.getAddress());
    Candidate told = names.conceal(reflexive, BASE.getAddress());
    assertEquals(Optional.of("0.0.0.0"), told.relatedAddress());
    assertEquals(9, told.relatedPort());
    assertEquals("203.0.113.5", told.address());
    assertFalse((host + " " + told).contains("192.168"));
    // A foundation is a sum over addresses otherwise.
    assertNotEquals(plain.foundation(), host.foundation());
    assertNotEquals(reflexive.foundation(), told.foundation());
    assertNotEquals(host.foundation(), told.foundation());
    Candidate six =
        Candidate.serverReflexive(
            new InetSocketAddress(ip("2001:db8:1::5"), 5000), SIX, ip("2001:db8:2::1"), 1);
    assertEquals(Optional.of("::"), names.conceal(six, SIX.getAddress()).relatedAddress());
  }

  @Test
  void candidatesOfOneFoundationKeepOne() {
    LocalNames names = local();
    Candidate a = names.conceal(Candidate.host(BASE, 65535), BASE.getAddress());
    InetSocketAddress second = new InetSocketAddress(BASE.getAddress(), 4001);
    Candidate b = names.conceal(Candidate.host(second, 65535), BASE.getAddress());
    assertEquals(a.foundation(), b.foundation());
  }

  @Test
  void namesAreTakenBack() {
    LocalNames names = local();
    names.conceal(Candidate.host(BASE, 1), BASE.getAddress());
    names.conceal(Candidate.host(SIX, 1), SIX.getAddress());
    names.forget(BASE.getAddress());
    assertEquals(1, network.published.size());
    names.close();
    assertEquals(Map.of(), network.published);
  }

  @Test
  void whereNothingIsConcealedNothingChanges() {
    LocalNames names = new LocalNames(false, network, new SecureRandom());
    Candidate plain = Candidate.serverReflexive(MAPPED, BASE, ip("198.51.100.1"), 1);
    assertEquals(plain, names.conceal(plain, BASE.getAddress()));
    assertEquals(Map.of(), network.published);
  }
}
