package dev.turnstone.peerconnection;

import dev.turnstone.peerconnection.Negotiation.Applied;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import java.util.ArrayList;
import java.util.List;

/** The section of a description that carries data channels, and its place among the others. */
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
   * draft-hancke-tsvwg-snap section 4.1: {@code a=sctp-init} goes with the form of RFC 8841 alone.
   */
  static boolean mayCarrySctpInit(SdpMedia section) {
    return section.protocol().equals("UDP/DTLS/SCTP") || section.protocol().equals("TCP/DTLS/SCTP");
  }

  /**
   * The mid of a section; for those that do not say, a number that is no other's, mostly its place.
   */
  static String mid(Sdp description, int index) {
    return description
        .media()
        .get(index)
        .mid()
        .orElseGet(() -> freeMid(description.media(), index));
  }

  /** The lowest number, from one on, that is no section's mid. */
  static String freeMid(List<SdpMedia> sections, int from) {
    int number = from;
    while (hasMid(sections, Integer.toString(number))) {
      number++;
    }
    return Integer.toString(number);
  }

  private static boolean hasMid(List<SdpMedia> sections, String mid) {
    return sections.stream().anyMatch(section -> section.mid().filter(mid::equals).isPresent());
  }

  /**
   * RFC 9429 section 5.10: an answer has the sections of its offer, in the same order.
   *
   * @throws InvalidAccessException when it has not
   */
  static void requireSameSections(Sdp offer, Sdp answer) {
    if (answer.media().size() != offer.media().size()) {
      throw new InvalidAccessException(
          "the answer has "
              + answer.media().size()
              + " m-lines, the offer has "
              + offer.media().size());
    }
    for (int i = 0; i < answer.media().size(); i++) {
      SdpMedia offered = offer.media().get(i);
      SdpMedia answered = answer.media().get(i);
      if (!answered.media().equals(offered.media())) {
        throw new InvalidAccessException(
            "m-line " + i + " of the answer is " + answered.media() + ", not " + offered.media());
      }
      if (answered.mid().isPresent() && !answered.mid().equals(offered.mid())) {
        throw new InvalidAccessException(
            "m-line " + i + " of the answer has another a=mid than the offer");
      }
    }
  }

  /**
   * RFC 3264 section 8: sections stay where they are, and none goes away.
   *
   * @param before what was agreed, or null
   * @throws InvalidAccessException when one has gone
   */
  static void requireNoneGone(Applied before, Sdp offer) {
    int known = before == null ? 0 : before.sdp().media().size();
    if (offer.media().size() < known) {
      throw new InvalidAccessException(
          "the offer has " + offer.media().size() + " m-lines, there were " + known + " before");
    }
  }

  /**
   * A description as it is published, with further candidates in its data section.
   *
   * @param candidates attribute values, without {@code a=candidate:}
   * @param complete whether no more will come
   */
  static SessionDescription withCandidates(
      Applied applied, List<String> candidates, boolean complete) {
    return new SessionDescription(
        applied.type(), filled(applied.sdp(), candidates, complete).toString());
  }

  private static Sdp filled(Sdp description, List<String> candidates, boolean complete) {
    int index = indexIn(description);
    if (index < 0 || candidates.isEmpty() && !complete) {
      return description;
    }
    SdpMedia old = description.media().get(index);
    List<String> further = new ArrayList<>(candidates);
    further.removeAll(old.candidates());
    SdpMedia.Builder section = old.toBuilder();
    further.forEach(candidate -> section.attribute("candidate", candidate));
    if (complete && !old.endOfCandidates()) {
      section.attribute("end-of-candidates");
    }
    return description.toBuilder().media(index, section.build()).build();
  }
}
