package dev.turnstone.peerconnection.net;

/** A UDP socket, over the JDK's sockets. */
class NioUdpPortTest extends UdpPortScenarios {
  NioUdpPortTest() {
    super("NIO");
  }
}
