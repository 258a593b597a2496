package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.AddressChange;
import dev.turnstone.ice.PairReport;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** ICE restarts, with Chromium. It alone leaves a nominated pair that has fallen silent. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumIceRestartTest extends BrowserIceRestart {

  @Test
  void aTransferBothWaysMovesToAnotherAddressWithoutARestart() {
    AtomicReference<Set<InetAddress>> present = new AtomicReference<>(Set.of(ONE, TWO));
    JvmPeer jvm = roaming(present, AddressChange.GATHER);
    Link link = linkOf(jvm);
    Transfer transfer = new Transfer(link);
    transfer.goOn();
    PairReport used =
        JvmPeer.await(jvm.connection().iceReport(), () -> "the pairs").selected().orElseThrow();
    boolean one = used.local().candidate().address().equals(ONE.getHostAddress());
    present.set(Set.of(one ? TWO : ONE));
    factory().networkChanged();
    transfer.goOn();
    transfer.finish();
    assertTrue(jvm.sctp().pathChanges() > 0, "SCTP was not told of the new path");
  }
}
