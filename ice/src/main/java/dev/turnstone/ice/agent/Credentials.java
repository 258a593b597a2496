package dev.turnstone.ice.agent;

import dev.turnstone.ice.IceParameters;
import dev.turnstone.stun.IntegrityKey;

/** User names and passwords of one generation, both sides' (RFC 8445 section 7.2.2). */
final class Credentials {
  private final IceParameters local;
  private final IntegrityKey localKey;
  private IceParameters remote;
  private IntegrityKey remoteKey;

  Credentials(IceParameters local) {
    this.local = local;
    this.localKey = IntegrityKey.shortTerm(local.password());
  }

  void setRemote(IceParameters parameters) {
    remote = parameters;
    remoteKey = IntegrityKey.shortTerm(parameters.password());
  }

  IceParameters local() {
    return local;
  }

  /** Null until the peer has told. */
  IceParameters remote() {
    return remote;
  }

  /** Protects what the peer sends as a request, and our responses. */
  IntegrityKey localKey() {
    return localKey;
  }

  /** Protects our requests, and the peer's responses. */
  IntegrityKey remoteKey() {
    return remoteKey;
  }

  String outgoingUsername() {
    return remote.usernameFragment() + ":" + local.usernameFragment();
  }

  /** Whether a USERNAME is meant for this generation: ours comes first. */
  boolean isAddressed(String username) {
    String ours = local.usernameFragment();
    return username.length() > ours.length()
        && username.charAt(ours.length()) == ':'
        && username.startsWith(ours);
  }
}
