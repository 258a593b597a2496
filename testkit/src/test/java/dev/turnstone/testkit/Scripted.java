package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** An endpoint that sends what it is told to and writes down what arrives. */
final class Scripted implements Endpoint {
  record Arrival(int number, int length, long atNanos) {}

  final List<Arrival> arrivals = new ArrayList<>();
  final List<Long> timeouts = new ArrayList<>();
  long timer = NEVER;
  private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();

  /** Queues a packet of that length which begins with the number. */
  void send(int number, int length) {
    outgoing.add(ByteBuffer.allocate(length).putInt(number).array());
  }

  void send(byte[] packet) {
    outgoing.add(packet);
  }

  List<Integer> numbers() {
    return arrivals.stream().map(Arrival::number).toList();
  }

  @Override
  public void handlePacket(ByteBuffer packet, long nowNanos) {
    arrivals.add(new Arrival(packet.getInt(packet.position()), packet.remaining(), nowNanos));
  }

  @Override
  public void handleTimeout(long nowNanos) {
    timeouts.add(nowNanos);
    timer = NEVER;
  }

  @Override
  public long nextTimeout() {
    return timer;
  }

  @Override
  public boolean pollPacket(ByteBuffer into, long nowNanos) {
    byte[] packet = outgoing.poll();
    if (packet == null) {
      return false;
    }
    into.put(packet);
    return true;
  }
}
