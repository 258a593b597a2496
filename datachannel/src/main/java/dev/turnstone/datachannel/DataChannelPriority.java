package dev.turnstone.datachannel;

/** The priorities of W3C's {@code RTCPriorityType} with the numbers of RFC 8831 section 6.4. */
public enum DataChannelPriority {
  /** Below normal. */
  VERY_LOW(128),
  /** Normal; the default. */
  LOW(256),
  /** High. */
  MEDIUM(512),
  /** Extra high. */
  HIGH(1024);

  private final int wireValue;

  DataChannelPriority(int wireValue) {
    this.wireValue = wireValue;
  }

  /** The number in the DATA_CHANNEL_OPEN message. */
  public int wireValue() {
    return wireValue;
  }

  /**
   * The priority whose number is nearest at or above a number from the wire; anything above {@link
   * #MEDIUM} is {@link #HIGH}.
   */
  public static DataChannelPriority fromWire(int value) {
    for (DataChannelPriority priority : values()) {
      if (value <= priority.wireValue) {
        return priority;
      }
    }
    return HIGH;
  }
}
