package dev.turnstone.sdp;

import java.util.List;

/**
 * Sections that belong together: {@code a=group} (RFC 5888 section 5).
 *
 * @param semantics what the group means, such as {@code BUNDLE} (RFC 9143)
 * @param mids the sections, in order; may be empty
 */
public record SdpGroup(String semantics, List<String> mids) {

  /** Copies the list. */
  public SdpGroup {
    mids = List.copyOf(mids);
  }

  static SdpGroup parse(String value) {
    List<String> fields = Fields.split(value);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("expected the semantics of the group and its mids");
    }
    return new SdpGroup(fields.get(0), fields.subList(1, fields.size()));
  }

  /** The attribute's value as it stands in a description. */
  public String text() {
    return mids.isEmpty() ? semantics : semantics + " " + String.join(" ", mids);
  }
}
