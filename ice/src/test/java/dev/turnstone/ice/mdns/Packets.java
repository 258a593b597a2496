package dev.turnstone.ice.mdns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** DNS messages as others write them, by hand. */
final class Packets {
  static final String NAME = "6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local";
  static final String OTHER = "00000000-0000-4000-8000-000000000001.local";
  static final InetAddress FOUR = ip("192.0.2.7");
  static final InetAddress SIX = ip("2001:db8::7");
  static final InetSocketAddress PEER = new InetSocketAddress(ip("192.0.2.9"), 5353);

  private final ByteBuffer bytes = ByteBuffer.allocate(9000);

  static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static long seconds(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  static Packets header(
      int id, int flags, int questions, int answers, int authorities, int additional) {
    return new Packets().u16(id, flags, questions, answers, authorities, additional);
  }

  static Packets response(int answers) {
    return header(0, 0x8400, 0, answers, 0, 0);
  }

  static ByteBuffer query(String name, int type, int dnsClass) {
    return header(0, 0, 1, 0, 0, 0).name(name).u16(type, dnsClass).done();
  }

  static ByteBuffer answer(String name, InetAddress address) {
    return response(1).record(name, address, 120).done();
  }

  Packets u8(int... values) {
    for (int value : values) {
      bytes.put((byte) value);
    }
    return this;
  }

  Packets u16(int... values) {
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return this;
  }

  Packets label(String label) {
    bytes.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Packets name(String name) {
    for (String label : name.split("\\.")) {
      label(label);
    }
    return u8(0);
  }

  Packets data(int type, int dnsClass, int ttl, byte... data) {
    u16(type, dnsClass);
    bytes.putInt(ttl).putShort((short) data.length).put(data);
    return this;
  }

  Packets record(String name, InetAddress address, int ttl) {
    byte[] data = address.getAddress();
    return name(name).data(data.length == 4 ? 1 : 28, 0x8001, ttl, data);
  }

  ByteBuffer done() {
    return bytes.flip();
  }
}
