package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.ChannelHandle;
import dev.turnstone.datachannel.DataChannelEvent;
import dev.turnstone.datachannel.DataChannelException;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelSendResult;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.datachannel.DataChannels;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.peerconnection.net.Task;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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

  /**
   * So much may be consumed before the loop is woken for it: an eighth of the smallest window, so
   * it never keeps a peer waiting. Every turn takes what there is anyway.
   */
  private static final long REPORT_BYTES = 64 << 10;

  /** What a message weighs there beside its bytes: at least what it does in the window. */
  private static final int MESSAGE_WEIGHT = 512;

  private final ConnectionLoop loop;
  private final Callbacks callbacks;
  private final SendAdmission admission;
  private final WaitingSends waitingSends;
  private final Consumer<LoopDataChannel> onRemoteChannel;

  private final Set<Integer> idsInUse = ConcurrentHashMap.newKeySet();
  private final Set<LoopDataChannel> all = new LinkedHashSet<>();
  private final List<LoopDataChannel> sending = new ArrayList<>();
  private DataChannels core;
  private volatile long maxMessageSize = 65536;
  private OperationException failure;
  private boolean closed;

  /** What listeners have taken, in bytes, and the receive window has not got back. */
  private final AtomicLong consumed = new AtomicLong();

  /** What of it the loop may not know of, weighed; touched by callbacks only. */
  private long unreported;

  /**
   * Makes the book of a connection's channels.
   *
   * @param admission whether a message may wait to be sent, over all channels
   * @param onRemoteChannel hears of a channel that the peer opened, before it opens
   */
  ConnectionChannels(
      ConnectionLoop loop,
      Callbacks callbacks,
      SendAdmission admission,
      Consumer<LoopDataChannel> onRemoteChannel) {
    this.loop = loop;
    this.callbacks = callbacks;
    this.admission = admission;
    this.waitingSends = new WaitingSends(admission, callbacks::add);
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
    all.remove(channel);
    channel.closed();
  }

  private static LoopDataChannel facade(ChannelHandle handle) {
    return (LoopDataChannel) handle.attachment();
  }

  /** The end of a turn: follows what has left, and lets those go on who waited for that. */
  void endTurn() {
    // Callbacks that hear of it only post, so nobody is added meanwhile.
    int kept = 0;
    for (int i = 0; i < sending.size(); i++) {
      LoopDataChannel channel = sending.get(i);
      if (channel.updateBuffered(core.bufferedAmount(channel.handle()))) {
        sending.set(kept++, channel);
      }
    }
    sending.subList(kept, sending.size()).clear();
    waitingSends.roomLeft();
    admission.settle();
  }

  /** Gives what listeners have taken back to the receive window. */
  void giveBackWindow() {
    if (consumed.get() > 0) {
      long bytes = consumed.getAndSet(0);
      if (!closed) {
        core.consumed(bytes, loop.nowNanos());
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
  public void post(Task task) {
    loop.post(task);
  }

  @Override
  public void callBack(Task callback) {
    callbacks.add(callback);
  }

  @Override
  public WaitingSends waitingSends() {
    return waitingSends;
  }

  @Override
  public boolean isLoopThread() {
    return loop.isLoopThread();
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
  public void takeBack(long bytes) {
    admission.takenBack(bytes);
    waitingSends.roomLeft();
  }

  @Override
  public void release(long bytes) {
    admission.left(bytes);
  }

  @Override
  public void transmit(LoopDataChannel channel, boolean binary, ByteBuffer payload) {
    int room = LoopDataChannel.room(payload.remaining());
    if (closed || channel.readyState() == DataChannelState.CLOSED) {
      admission.handedOver(room);
      channel.closed();
      return;
    }
    DataChannelSendResult result = core.send(channel.handle(), binary, payload, loop.nowNanos());
    admission.handedOver(room);
    if (channel.follow()) {
      sending.add(channel);
    }
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
  public void consumed(long bytes) {
    consumed.getAndAdd(bytes);
    unreported += bytes + MESSAGE_WEIGHT;
    if (unreported >= REPORT_BYTES) {
      unreported = 0;
      if (!loop.isInTurn()) {
        loop.execute(() -> {});
      }
    }
  }
}
