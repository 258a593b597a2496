package dev.turnstone.peerconnection.net;

/** A UDP socket, over Netty's native epoll. */
class EpollUdpPortTest extends UdpPortScenarios {
  EpollUdpPortTest() {
    super("EPOLL");
  }
}
