package dev.turnstone.ice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A network over real sockets: one thread, one selector. */
final class LoopNetwork implements IceNetwork, AutoCloseable {
  private final Selector selector;
  private final Thread thread;
  private final long birth = System.nanoTime();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
  private final List<InetAddress> addresses;
  private final List<Throwable> failures = new ArrayList<>();
  private int openSockets;
  private volatile boolean deaf;
  private volatile boolean closed;

  LoopNetwork(InetAddress... addresses) throws IOException {
    this.addresses = List.of(addresses);
    this.selector = Selector.open();
    this.thread = new Thread(this::run, "test-loop");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        long wait = timers.isEmpty() ? 1000 : (timers.peek().at - nowNanos()) / 1_000_000 + 1;
        if (wait > 0 && tasks.isEmpty()) {
          selector.select(wait);
        } else {
          selector.selectNow();
        }
        for (SelectionKey key : selector.selectedKeys()) {
          ((Socket) key.attachment()).read();
        }
        selector.selectedKeys().clear();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          guarded(task);
        }
        while (!timers.isEmpty() && timers.peek().at <= nowNanos()) {
          guarded(timers.poll().task);
        }
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      synchronized (failures) {
        failures.add(t);
      }
    }
  }

  /** Runs something on the loop and waits for what it gives. */
  <T> T call(Callable<T> callable) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(callable.call());
          } catch (Throwable t) {
            result.completeExceptionally(t);
          }
        });
    return result.get(20, TimeUnit.SECONDS);
  }

  /** Drops all that arrives, or no longer. */
  void deaf(boolean on) {
    deaf = on;
  }

  int openSockets() throws Exception {
    return call(() -> openSockets);
  }

  /** What tasks have thrown; an engine's tasks must not. */
  List<Throwable> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  @Override
  public List<InetAddress> localAddresses() {
    return addresses;
  }

  /** Keeps the names among those that use this network, and what is looked up. */
  final Map<String, InetAddress> published = new ConcurrentHashMap<>();

  final List<String> lookedUp = new CopyOnWriteArrayList<>();

  @Override
  public Cancellable publish(String name, InetAddress address) {
    published.put(name, address);
    return () -> published.remove(name);
  }

  @Override
  public void resolve(String host, Consumer<List<InetAddress>> onResult) {
    lookedUp.add(host);
    if (host.endsWith(".local")) {
      InetAddress address = published.get(host);
      execute(() -> onResult.accept(address == null ? List.of() : List.of(address)));
      return;
    }
    CompletableFuture.supplyAsync(
            () -> {
              try {
                return List.of(InetAddress.getAllByName(host));
              } catch (UnknownHostException e) {
                return List.<InetAddress>of();
              }
            })
        .thenAccept(found -> execute(() -> onResult.accept(found)));
  }

  @Override
  public UdpSocket bind(InetSocketAddress local, UdpReceiver receiver) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 18);
      channel.bind(local);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    Socket socket = new Socket(channel, receiver);
    channel.register(selector, SelectionKey.OP_READ, socket);
    openSockets++;
    return socket;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    if (Thread.currentThread() != thread) {
      throw new AssertionError("schedule is for the loop");
    }
    Timer timer = new Timer(nowNanos() + delay.toNanos(), task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  @Override
  public long nowNanos() {
    return System.nanoTime() - birth;
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(20_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Timer {
    private final long at;
    private final Runnable task;

    Timer(long at, Runnable task) {
      this.at = at;
      this.task = task;
    }
  }

  private final class Socket implements UdpSocket {
    private final DatagramChannel channel;
    private final UdpReceiver receiver;
    private final InetSocketAddress local;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65536);

    Socket(DatagramChannel channel, UdpReceiver receiver) throws IOException {
      this.channel = channel;
      this.receiver = receiver;
      this.local = (InetSocketAddress) channel.getLocalAddress();
    }

    void read() throws IOException {
      while (channel.isOpen()) {
        buffer.clear();
        InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
        if (from == null) {
          break;
        }
        buffer.flip();
        if (deaf) {
          continue;
        }
        guarded(() -> receiver.onDatagram(buffer, from));
      }
      guarded(receiver::onReadComplete);
    }

    @Override
    public InetSocketAddress localAddress() {
      return local;
    }

    @Override
    public void send(ByteBuffer packet, InetSocketAddress remote) {
      if (Thread.currentThread() != thread) {
        throw new AssertionError("send is for the loop");
      }
      try {
        channel.send(packet.duplicate(), remote);
      } catch (IOException e) {
        // As a network would.
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      if (channel.isOpen()) {
        openSockets--;
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
