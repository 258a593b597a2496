package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;

/** The use_srtp extension (RFC 5764 section 4.1): profiles offered, one chosen. */
final class SrtpProfiles {
  private static final byte[] NO_MKI = {};

  private final List<Integer> ours;

  /**
   * @param ours preferred first
   * @throws IllegalArgumentException for a profile whose key lengths are not known
   */
  SrtpProfiles(List<Integer> ours) {
    ours.forEach(SrtpProfiles::keyingMaterialBytes);
    this.ours = ours;
  }

  /** A client's offer. */
  void offer(Hashtable<Object, Object> extensions) throws IOException {
    if (!ours.isEmpty()) {
      TlsSRTPUtils.addUseSRTPExtension(
          extensions, new UseSRTPData(ours.stream().mapToInt(Integer::intValue).toArray(), NO_MKI));
    }
  }

  /** What a server chooses of a client's offer: the best that both have. */
  Optional<Integer> choose(Hashtable<?, ?> clientExtensions) throws IOException {
    UseSRTPData offered = read(clientExtensions);
    if (offered == null) {
      return Optional.empty();
    }
    return ours.stream()
        .filter(profile -> contains(offered.getProtectionProfiles(), profile))
        .findFirst();
  }

  /** A server's answer. RFC 5764 section 4.1.3: without an MKI, which we do not use. */
  void answer(Hashtable<Object, Object> extensions, int profile) throws IOException {
    TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(new int[] {profile}, NO_MKI));
  }

  /**
   * What a client learns from a server's answer. RFC 5764 section 4.1.1: it holds a single profile,
   * of those offered.
   */
  Optional<Integer> accept(Hashtable<?, ?> serverExtensions) throws IOException {
    UseSRTPData answer = read(serverExtensions);
    if (answer == null) {
      return Optional.empty();
    }
    int[] profiles = answer.getProtectionProfiles();
    // RFC 5764 section 4.1.3: the server returns the client's MKI, which was empty, or none.
    if (profiles.length != 1 || !ours.contains(profiles[0]) || answer.getMki().length != 0) {
      throw new TlsFatalAlert(AlertDescription.illegal_parameter, "use_srtp was not as offered");
    }
    return Optional.of(profiles[0]);
  }

  /** RFC 5764 section 4.2: a master key and a master salt for each side. */
  static int keyingMaterialBytes(int profile) {
    return 2
        * switch (profile) {
          case 1, 2 -> 16 + 14; // RFC 5764 section 4.1.2: AES128_CM
          case 7 -> 16 + 12; // RFC 7714 section 14.2: AEAD_AES_128_GCM
          case 8 -> 32 + 12; // and AEAD_AES_256_GCM
          default -> throw new IllegalArgumentException("not a known SRTP profile: " + profile);
        };
  }

  private static UseSRTPData read(Hashtable<?, ?> extensions) throws IOException {
    return extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
  }

  private static boolean contains(int[] profiles, int profile) {
    for (int p : profiles) {
      if (p == profile) {
        return true;
      }
    }
    return false;
  }
}
