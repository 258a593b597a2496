package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.CandidateReport;
import dev.turnstone.ice.PairReport;
import dev.turnstone.ice.PairState;

/** What data went over the pairs that were in use: all of them, and the one that is. */
final class Traffic {
  long changes;
  long packetsSent;
  long bytesSent;
  long bytesReceived;
  private long packetsReceived;
  private long lastSentAt = -1;
  private long lastReceivedAt = -1;

  /** What had gone before the pair in use. */
  private long packetsSentBefore;

  private long bytesSentBefore;
  private long packetsReceivedBefore;
  private long bytesReceivedBefore;

  void handleSelected() {
    changes++;
    packetsSentBefore = packetsSent;
    bytesSentBefore = bytesSent;
    packetsReceivedBefore = packetsReceived;
    bytesReceivedBefore = bytesReceived;
    lastSentAt = -1;
    lastReceivedAt = -1;
  }

  void handleSent(int length, long now) {
    packetsSent++;
    bytesSent += length;
    lastSentAt = now;
  }

  void handleReceived(int length, long now) {
    packetsReceived++;
    bytesReceived += length;
    lastReceivedAt = now;
  }

  PairReport report(Path path) {
    return new PairReport(
        new CandidateReport(path.pair().local(), path.generation().local().usernameFragment()),
        new CandidateReport(path.pair().remote(), ""),
        PairState.SUCCEEDED,
        path.nominated(),
        path.priority(),
        packetsSent - packetsSentBefore,
        packetsReceived - packetsReceivedBefore,
        bytesSent - bytesSentBefore,
        bytesReceived - bytesReceivedBefore,
        lastSentAt,
        lastReceivedAt,
        0,
        -1,
        0,
        0,
        0,
        0,
        0);
  }
}
