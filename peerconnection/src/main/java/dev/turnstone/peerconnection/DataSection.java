package dev.turnstone.peerconnection;

import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import java.util.List;

/** The section of a description that carries data channels. */
final class DataSection {
  private DataSection() {}

  /** The place of the first data section that is not rejected, or -1. */
  static int indexIn(Sdp description) {
    for (int i = 0; i < description.media().size(); i++) {
      SdpMedia section = description.media().get(i);
      if (section.isDataChannelSection() && !section.isRejected()) {
        return i;
      }
    }
    return -1;
  }

  /**
   * A description with further candidates in its section at an index.
   *
   * @param index -1 for none
   * @param candidates attribute values, without {@code a=candidate:}
   * @param complete whether no more will come
   */
  static Sdp withCandidates(Sdp description, int index, List<String> candidates, boolean complete) {
    if (index < 0 || candidates.isEmpty() && !complete) {
      return description;
    }
    SdpMedia.Builder section = description.media().get(index).toBuilder();
    candidates.forEach(candidate -> section.attribute("candidate", candidate));
    if (complete && !description.media().get(index).endOfCandidates()) {
      section.attribute("end-of-candidates");
    }
    return description.toBuilder().media(index, section.build()).build();
  }
}
