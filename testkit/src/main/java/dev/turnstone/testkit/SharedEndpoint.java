package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Several endpoints at one end of a link, so that they share its rate and its queue. The other end
 * has as many, in the same order: what member 2 sends, member 2 of the other end receives. Give one
 * of these as endpoint A and the other as endpoint B to a {@link SimulatedNetwork}.
 *
 * <p>Each packet carries a header with the member's number. Its length is given, so it can stand
 * for the headers of the layers below, which then take their part of the link's rate.
 *
 * <p>When several members have something to send at one instant they take turns, packet by packet.
 */
public final class SharedEndpoint implements Endpoint {
  private static final int MOST_MEMBERS = 256;

  private final int headerBytes;
  private final Endpoint[] members;

  /** Who may send next. */
  private int turn;

  /**
   * One end.
   *
   * @param headerBytes the length of the header, 1 to 255
   * @param members who shares the link, 1 to 256
   * @throws IllegalArgumentException when a number is out of its range
   */
  public SharedEndpoint(int headerBytes, List<? extends Endpoint> members) {
    if (headerBytes < 1 || headerBytes > 255) {
      throw new IllegalArgumentException("headerBytes must be 1 to 255, is " + headerBytes);
    }
    if (members.isEmpty() || members.size() > MOST_MEMBERS) {
      throw new IllegalArgumentException("members must be 1 to 256, are " + members.size());
    }
    this.headerBytes = headerBytes;
    this.members = members.toArray(Endpoint[]::new);
  }

  @Override
  public void handlePacket(ByteBuffer packet, long nowNanos) {
    int member = Byte.toUnsignedInt(packet.get(packet.position()));
    members[member].handlePacket(packet.position(packet.position() + headerBytes), nowNanos);
  }

  @Override
  public void handleTimeout(long nowNanos) {
    for (Endpoint member : members) {
      if (member.nextTimeout() <= nowNanos) {
        member.handleTimeout(nowNanos);
      }
    }
  }

  @Override
  public long nextTimeout() {
    long next = NEVER;
    for (Endpoint member : members) {
      next = Math.min(next, member.nextTimeout());
    }
    return next;
  }

  @Override
  public boolean pollPacket(ByteBuffer into, long nowNanos) {
    int start = into.position();
    for (int tried = 0; tried < members.length; tried++) {
      int member = turn;
      turn = (turn + 1) % members.length;
      if (members[member].pollPacket(into.position(start + headerBytes), nowNanos)) {
        writeHeader(into, start, member);
        return true;
      }
    }
    into.position(start);
    return false;
  }

  private void writeHeader(ByteBuffer into, int start, int member) {
    into.put(start, (byte) member);
    for (int i = 1; i < headerBytes; i++) {
      into.put(start + i, (byte) 0);
    }
  }
}
