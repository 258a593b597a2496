package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.sctp.association.SctpAssociation;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What a factory gives its connections: loops, threads, randomness and the engines of the layers.
 */
interface Environment {
  /** Makes an ICE transport; called on the loop. */
  @FunctionalInterface
  interface IceFactory {
    IceTransport create(ConnectionLoop loop, IceListener listener);
  }

  ConnectionLoop newLoop(Runnable endTurn, Consumer<Throwable> onFault);

  Executor callbackExecutor();

  SecureRandom random();

  /** Completes on a worker thread. */
  CompletableFuture<DtlsIdentity> newIdentity();

  /**
   * The chosen engine with its servers.
   *
   * @throws IllegalArgumentException when the configuration names what does not exist
   */
  IceFactory iceFactory(PeerConnectionConfiguration configuration);

  DtlsEngine newDtlsEngine(DtlsOptions options, Executor loop, DtlsListener listener);

  SctpAssociation newAssociation(PeerConnectionConfiguration configuration);

  /** The largest message that we take, in bytes. */
  long maxMessageSize();

  /** What decides for one connection whether messages may wait to be sent. */
  SendAdmission newSendAdmission();

  /** The connection has closed. */
  void forget(PeerConnection connection);
}
