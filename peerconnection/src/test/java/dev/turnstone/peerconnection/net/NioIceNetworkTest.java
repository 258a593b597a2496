package dev.turnstone.peerconnection.net;

/** The network of a connection, over the JDK's sockets. */
class NioIceNetworkTest extends IceNetworkScenarios {
  NioIceNetworkTest() {
    super("NIO");
  }
}
