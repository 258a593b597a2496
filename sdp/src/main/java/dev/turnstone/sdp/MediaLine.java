package dev.turnstone.sdp;

import java.util.List;

/**
 * The {@code m=} line (RFC 8866 section 5.14).
 *
 * @param media such as {@code application}
 * @param port 0 to 65535
 * @param portCount how many ports, 1 where the line does not say
 * @param protocol such as {@code UDP/DTLS/SCTP}
 * @param formats at least one
 */
record MediaLine(String media, int port, int portCount, String protocol, List<String> formats) {

  MediaLine {
    formats = List.copyOf(formats);
  }

  static MediaLine parse(String value) {
    List<String> fields = Fields.split(value);
    if (fields.size() < 4 || !Fields.isToken(fields.get(0))) {
      throw new IllegalArgumentException(
          "expected a medium, a port, a protocol and one format or more");
    }
    String ports = fields.get(1);
    int slash = ports.indexOf('/');
    int port =
        Fields.unsignedShort(
            slash < 0 ? ports : ports.substring(0, slash), "a port in the m= line");
    int count =
        slash < 0
            ? 1
            : Fields.unsignedShort(ports.substring(slash + 1), "a number of ports in the m= line");
    return new MediaLine(
        fields.get(0), port, count, fields.get(2), fields.subList(3, fields.size()));
  }

  String text() {
    String ports = portCount == 1 ? Integer.toString(port) : port + "/" + portCount;
    return media + " " + ports + " " + protocol + " " + String.join(" ", formats);
  }
}
