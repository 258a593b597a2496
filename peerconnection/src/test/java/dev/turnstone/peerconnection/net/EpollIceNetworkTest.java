package dev.turnstone.peerconnection.net;

/** The network of a connection, over Netty's native epoll. */
class EpollIceNetworkTest extends IceNetworkScenarios {
  EpollIceNetworkTest() {
    super("EPOLL");
  }
}
