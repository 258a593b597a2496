package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.ChannelHandle;
import dev.turnstone.datachannel.DataChannelEvent;
import dev.turnstone.datachannel.DataChannelException;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelSendResult;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.datachannel.DataChannels;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels of one connection: between {@link LoopDataChannel}, which applications hold, and
 * {@link DataChannels}, which lives on the loop. Everything is called on the loop, except where it
 * says otherwise.
 */
final class ConnectionChannels implements LoopDataChannel.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionChannels.class);

  /** What SCTP takes, whatever the peer says that it can take. */
  private static final long LARGEST_MESSAGE = 1 << 30;

  private final ConnectionLoop loop;
  private final Executor callbacks;
  private final SendAdmission admission;
  private final Consumer<LoopDataChannel> onRemoteChannel;

  private final Set<Integer> idsInUse = ConcurrentHashMap.newKeySet();
  private final Set<LoopDataChannel> all = new LinkedHashSet<>();
  private final Set<LoopDataChannel> sending = new LinkedHashSet<>();
  private DataChannels core;
  private volatile long maxMessageSize = 65536;
  private OperationException failure;
  private boolean closed;

  /**
   * Makes the book of a connection's channels.
   *
   * @param admission whether a message may wait to be sent, over all channels
   * @param onRemoteChannel hears of a channel that the peer opened, before it opens
   */
  ConnectionChannels(
      ConnectionLoop loop,
      Executor callbacks,
      SendAdmission admission,
      Consumer<LoopDataChannel> onRemoteChannel) {
    this.loop = loop;
    this.callbacks = callbacks;
    this.admission = admission;
    this.onRemoteChannel = onRemoteChannel;
  }

  /** The layers are in place. */
  void open(DataChannels channels) {
    core = channels;
  }

  /** Makes a channel and posts its creation. Any thread. */
  LoopDataChannel create(String label, DataChannelOptions options) {
    if (options.id().isPresent() && !idsInUse.add(options.id().getAsInt())) {
      throw new OperationException(
          "createDataChannel: id " + options.id().getAsInt() + " is in use");
    }
    LoopDataChannel channel = new LoopDataChannel(this, label, options);
    loop.execute(() -> createInCore(channel, options));
    return channel;
  }

  private void createInCore(LoopDataChannel channel, DataChannelOptions options) {
    if (closed) {
      channel.closed();
      return;
    }
    all.add(channel);
    try {
      if (failure != null) {
        throw failure;
      }
      channel.bind(core.create(channel.label(), options, loop.nowNanos()));
    } catch (DataChannelException | OperationException e) {
      all.remove(channel);
      options.id().ifPresent(this::freeUnlessTaken);
      channel.failed(new OperationException("createDataChannel: " + e.getMessage(), e));
      channel.closed();
    }
  }

  private void freeUnlessTaken(int id) {
    if (all.stream().noneMatch(other -> other.id().isPresent() && other.id().getAsInt() == id)) {
      idsInUse.remove(id);
    }
  }

  /** The peer's limit is known. */
  void limitMessages(long bytes) {
    maxMessageSize = Math.min(bytes, LARGEST_MESSAGE);
  }

  void handle(DataChannelEvent event) {
    if (event instanceof DataChannelEvent.MessageReceived message) {
      facade(message.channel()).received(message.binary(), message.payload());
    } else if (event instanceof DataChannelEvent.RemoteChannelOpened opened) {
      ChannelHandle handle = opened.channel();
      LoopDataChannel channel = new LoopDataChannel(this, handle.label(), handle.options());
      channel.bind(handle);
      all.add(channel);
      handle.id().ifPresent(idsInUse::add);
      // Open before anybody is told, because onDataChannel may send; onOpen comes after it.
      channel.becomeOpen();
      onRemoteChannel.accept(channel);
      channel.hearOpen();
    } else if (event instanceof DataChannelEvent.Opened opened) {
      opened.channel().id().ifPresent(idsInUse::add);
      facade(opened.channel()).opened();
    } else if (event instanceof DataChannelEvent.Closing closing) {
      facade(closing.channel()).closing();
    } else if (event instanceof DataChannelEvent.Closed gone) {
      forget(gone.channel());
    } else if (event instanceof DataChannelEvent.Failed failed) {
      facade(failed.channel()).failed(new OperationException(failed.detail()));
    }
  }

  private void forget(ChannelHandle handle) {
    LoopDataChannel channel = facade(handle);
    handle.id().ifPresent(idsInUse::remove);
    sending.remove(channel);
    all.remove(channel);
    channel.closed();
  }

  private static LoopDataChannel facade(ChannelHandle handle) {
    return (LoopDataChannel) handle.attachment();
  }

  /** Follows what has left, at the end of a turn. */
  void updateBuffered() {
    for (Iterator<LoopDataChannel> each = sending.iterator(); each.hasNext(); ) {
      LoopDataChannel channel = each.next();
      if (!channel.updateBuffered(core.bufferedAmount(channel.handle()))) {
        each.remove();
      }
    }
  }

  /** The transport below has failed: every channel hears why, and closes when the core says so. */
  void fail(Throwable reason) {
    if (failure == null) {
      failure = new OperationException("the transport failed: " + reason.getMessage(), reason);
      all.forEach(channel -> channel.failed(failure));
    }
  }

  /** The connection is over: every channel closes. */
  void close() {
    closed = true;
    List.copyOf(all).forEach(LoopDataChannel::closed);
    all.clear();
    sending.clear();
  }

  @Override
  public void post(Runnable task) {
    loop.execute(task);
  }

  @Override
  public void callBack(Runnable callback) {
    callbacks.execute(callback);
  }

  @Override
  public long maxMessageSize() {
    return maxMessageSize;
  }

  @Override
  public boolean reserve(long bytes) {
    return admission.take(bytes);
  }

  @Override
  public void release(long bytes) {
    admission.left(bytes);
  }

  @Override
  public void transmit(LoopDataChannel channel, boolean binary, ByteBuffer payload) {
    // An empty message is a byte on the wire, and was admitted as such.
    int room = Math.max(1, payload.remaining());
    if (closed || channel.readyState() == DataChannelState.CLOSED) {
      admission.handedOver(room);
      channel.closed();
      return;
    }
    DataChannelSendResult result = core.send(channel.handle(), binary, payload, loop.nowNanos());
    admission.handedOver(room);
    sending.add(channel);
    switch (result) {
      case QUEUED -> {}
      // The peer has begun to close the channel while this was on its way to the loop.
      case NOT_OPEN -> LOG.debug("{}: a message came too late", channel);
      // Room was reserved, so only a flood of opening channels brings this. A reliable channel must
      // not go on with a message missing.
      case BUFFER_FULL, TOO_LARGE -> {
        channel.failed(new OperationException("send: a message was not taken: " + result));
        core.close(channel.handle(), loop.nowNanos());
      }
    }
  }

  @Override
  public void close(LoopDataChannel channel) {
    if (closed || channel.handle() == null) {
      channel.closed();
    } else {
      core.close(channel.handle(), loop.nowNanos());
    }
  }

  @Override
  public void consumed(LoopDataChannel channel, long bytes) {
    if (!closed) {
      core.consumed(channel.handle(), bytes, loop.nowNanos());
    }
  }
}
