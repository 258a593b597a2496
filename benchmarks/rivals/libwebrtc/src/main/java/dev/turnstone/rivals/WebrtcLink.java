package dev.turnstone.rivals;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.turnstone.cli.bench.Lane;
import dev.turnstone.cli.bench.Link;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Two peers of libwebrtc in this process, connected with each other. */
final class WebrtcLink implements Link {
  private static final long PATIENCE_SECONDS = 30;

  private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
  private final WebrtcLane near;
  private final WebrtcLane far;

  /** Connects; blocks. */
  WebrtcLink(PeerConnectionFactory factory) {
    CompletableFuture<RTCDataChannel> arrived = new CompletableFuture<>();
    Side offerer = new Side(factory, channel -> {});
    Side answerer = new Side(factory, arrived::complete);
    RTCDataChannel channel = offerer.connection.createDataChannel("pair", new RTCDataChannelInit());
    CompletableFuture<Void> opened = opened(channel);

    RTCSessionDescription offer = offerer.describe(true);
    offerer.apply(offer, true);
    answerer.apply(offer, false);
    RTCSessionDescription answer = answerer.describe(false);
    answerer.apply(answer, true);
    offerer.apply(answer, false);
    // Candidates go through once both have both descriptions.
    offerer.peer.complete(answerer);
    answerer.peer.complete(offerer);

    await(opened);
    near = new WebrtcLane(channel);
    far = new WebrtcLane(await(arrived));
  }

  private static CompletableFuture<Void> opened(RTCDataChannel channel) {
    CompletableFuture<Void> opened = new CompletableFuture<>();
    channel.registerObserver(
        new RTCDataChannelObserver() {
          @Override
          public void onBufferedAmountChange(long sentBytes) {}

          @Override
          public void onStateChange() {
            if (channel.getState() == RTCDataChannelState.OPEN) {
              opened.complete(null);
            }
          }

          @Override
          public void onMessage(RTCDataChannelBuffer message) {}
        });
    return opened;
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public Lane near() {
    return near;
  }

  @Override
  public Lane far() {
    return far;
  }

  @Override
  public CompletableFuture<Throwable> broken() {
    return broken;
  }

  /** The process ends soon after; tearing libwebrtc down is not what is measured. */
  @Override
  public void close() {}

  private final class Side implements PeerConnectionObserver {
    private final Consumer<RTCDataChannel> onChannel;
    final CompletableFuture<Side> peer = new CompletableFuture<>();
    final RTCPeerConnection connection;

    Side(PeerConnectionFactory factory, Consumer<RTCDataChannel> onChannel) {
      this.onChannel = onChannel;
      connection = factory.createPeerConnection(new RTCConfiguration(), this);
    }

    RTCSessionDescription describe(boolean offer) {
      CompletableFuture<RTCSessionDescription> made = new CompletableFuture<>();
      CreateSessionDescriptionObserver observer =
          new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(RTCSessionDescription description) {
              made.complete(description);
            }

            @Override
            public void onFailure(String error) {
              made.completeExceptionally(new IllegalStateException(error));
            }
          };
      if (offer) {
        connection.createOffer(new RTCOfferOptions(), observer);
      } else {
        connection.createAnswer(new RTCAnswerOptions(), observer);
      }
      return await(made);
    }

    void apply(RTCSessionDescription description, boolean local) {
      CompletableFuture<Void> applied = new CompletableFuture<>();
      SetSessionDescriptionObserver observer =
          new SetSessionDescriptionObserver() {
            @Override
            public void onSuccess() {
              applied.complete(null);
            }

            @Override
            public void onFailure(String error) {
              applied.completeExceptionally(new IllegalStateException(error));
            }
          };
      if (local) {
        connection.setLocalDescription(description, observer);
      } else {
        connection.setRemoteDescription(description, observer);
      }
      await(applied);
    }

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      peer.thenAcceptAsync(other -> other.connection.addIceCandidate(candidate));
    }

    @Override
    public void onDataChannel(RTCDataChannel channel) {
      onChannel.accept(channel);
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
      if (state == RTCPeerConnectionState.FAILED) {
        broken.complete(new IllegalStateException("the connection of libwebrtc failed"));
      }
    }
  }
}
