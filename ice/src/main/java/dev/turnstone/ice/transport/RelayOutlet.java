package dev.turnstone.ice.transport;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.agent.Base;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** One relayed address, which is one base: datagrams leave through the TURN server. */
final class RelayOutlet implements Outlet {
  private final Relay relay;
  private final Base base;

  RelayOutlet(Relay relay, InetSocketAddress relayed, int localPreference) {
    this.relay = relay;
    this.base = new Base(relayed, CandidateType.RELAYED, localPreference, this);
  }

  Relay relay() {
    return relay;
  }

  @Override
  public Base base() {
    return base;
  }

  @Override
  public void send(ByteBuffer packet, InetSocketAddress remote) {
    relay.send(packet, remote);
  }

  @Override
  public void flush() {
    relay.flush();
  }

  @Override
  public void addUfrag(String ufrag) {
    // The server gives a relayed port to nobody else.
  }

  @Override
  public void handleSelected(InetSocketAddress remote) {
    relay.bind(remote);
  }

  @Override
  public void close() {
    relay.close();
  }
}
