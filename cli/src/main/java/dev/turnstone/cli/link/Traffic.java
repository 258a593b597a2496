package dev.turnstone.cli.link;

/**
 * What has gone over the wire so far, of all connections.
 *
 * @param datagrams that were sent
 * @param sendCalls how often the system was asked to send them
 * @param largestDatagramBytes the largest that was sent or received; 0 if unknown
 */
public record Traffic(long datagrams, long sendCalls, long largestDatagramBytes) {
  /** Of who does not tell. */
  public static final Traffic UNKNOWN = new Traffic(0, 0, 0);
}
