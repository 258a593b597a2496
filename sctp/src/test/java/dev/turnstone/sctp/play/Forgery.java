package dev.turnstone.sctp.play;

import dev.turnstone.sctp.chunk.ChunkType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A chunk of a forged packet. Written byte by byte and not by the codec, which would refuse to lie.
 * TSNs and request numbers are relative to what the receiver expects, so that they hit the places
 * where decisions are made.
 */
sealed interface Forgery {

  /**
   * What an attacker knows who reads along.
   *
   * @param peerTsn the TSN that the receiver of the forgery wants next
   * @param ownTsn the TSN that it will send next
   * @param peerRequest the RE-CONFIG request that it wants next
   * @param ownRequest the RE-CONFIG request that it sent last
   */
  record Knowledge(int peerTsn, int ownTsn, int peerRequest, int ownRequest) {}

  /** Writes header, value and padding. */
  void write(ByteBuffer into, Knowledge knowledge);

  /** DATA or I-DATA; {@code number} is the SSN or the MID. */
  record Data(
      int tsn, int stream, int number, int fragment, int flags, int size, boolean interleaved)
      implements Forgery {
    @Override
    public void write(ByteBuffer into, Knowledge knowledge) {
      int start = begin(into, interleaved ? ChunkType.I_DATA : ChunkType.DATA, flags);
      into.putInt(knowledge.peerTsn() + tsn).putShort((short) stream);
      if (interleaved) {
        into.putShort((short) 0).putInt(number).putInt(fragment);
      } else {
        into.putShort((short) number).putInt(51);
      }
      into.put(new byte[size]);
      end(into, start);
    }
  }

  /** SACK; the gaps are what stands on the wire, in pairs or not. */
  record Sack(int cumulative, int window, List<Integer> gaps, List<Integer> duplicates)
      implements Forgery {
    @Override
    public void write(ByteBuffer into, Knowledge knowledge) {
      int start = begin(into, ChunkType.SACK, 0);
      into.putInt(knowledge.ownTsn() + cumulative).putInt(window);
      into.putShort((short) (gaps.size() / 2)).putShort((short) duplicates.size());
      for (int i = 0; i < gaps.size() / 2 * 2; i++) {
        into.putShort((short) (int) gaps.get(i));
      }
      for (int duplicate : duplicates) {
        into.putInt(knowledge.peerTsn() + duplicate);
      }
      end(into, start);
    }
  }

  /** FORWARD-TSN or I-FORWARD-TSN, with one number for all streams. */
  record Forward(int tsn, List<Integer> streams, int number, boolean interleaved)
      implements Forgery {
    @Override
    public void write(ByteBuffer into, Knowledge knowledge) {
      int start = begin(into, interleaved ? ChunkType.I_FORWARD_TSN : ChunkType.FORWARD_TSN, 0);
      into.putInt(knowledge.peerTsn() + tsn);
      for (int stream : streams) {
        into.putShort((short) stream);
        if (interleaved) {
          into.putShort((short) (number & 1)).putInt(number);
        } else {
          into.putShort((short) number);
        }
      }
      end(into, start);
    }
  }

  /** RE-CONFIG with one parameter of the types 13 to 18. */
  record Reconfig(int type, int request, int response, int tsn, List<Integer> streams)
      implements Forgery {
    @Override
    public void write(ByteBuffer into, Knowledge knowledge) {
      int start = begin(into, ChunkType.RECONFIG, 0);
      int parameter = into.position();
      into.putShort((short) type).putShort((short) 0);
      if (type == 16) {
        into.putInt(knowledge.ownRequest() + response).putInt(tsn);
      } else {
        into.putInt(knowledge.peerRequest() + request);
        if (type == 13) {
          into.putInt(knowledge.ownRequest() + response).putInt(knowledge.peerTsn() + tsn);
        }
        if (type == 13 || type == 14) {
          streams.forEach(stream -> into.putShort((short) (int) stream));
        } else if (type > 16) {
          into.putShort((short) tsn).putShort((short) 0);
        }
      }
      into.putShort(parameter + 2, (short) (into.position() - parameter));
      end(into, start);
    }
  }

  /** INIT or INIT ACK, its parameters as bytes. */
  record Initial(
      boolean answer, int tag, int window, int streams, int tsn, List<Integer> parameters)
      implements Forgery {
    @Override
    public void write(ByteBuffer into, Knowledge knowledge) {
      int start = begin(into, answer ? ChunkType.INIT_ACK : ChunkType.INIT, 0);
      into.putInt(tag).putInt(window).putShort((short) streams).putShort((short) streams);
      into.putInt(knowledge.peerTsn() + tsn);
      putBytes(into, parameters);
      end(into, start);
    }
  }

  /** Any type, any flags, any bytes, and a length that may lie by so much. */
  record Raw(int type, int flags, int lie, List<Integer> bytes) implements Forgery {
    @Override
    public void write(ByteBuffer into, Knowledge knowledge) {
      int start = begin(into, type, flags);
      putBytes(into, bytes);
      end(into, start);
      into.putShort(start + 2, (short) (into.getShort(start + 2) + lie));
    }
  }

  private static void putBytes(ByteBuffer into, List<Integer> bytes) {
    bytes.forEach(value -> into.put((byte) (int) value));
  }

  private static int begin(ByteBuffer into, int type, int flags) {
    int start = into.position();
    into.put((byte) type).put((byte) flags).putShort((short) 0);
    return start;
  }

  private static void end(ByteBuffer into, int start) {
    into.putShort(start + 2, (short) (into.position() - start));
    while ((into.position() - start) % 4 != 0) {
      into.put((byte) 0);
    }
  }
}
