package io.ebbmesh.sync.link;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.session.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Links between nodes and one hub in memory: frames go as encoded bytes, in order, at once or when
 * the test says so; a cut loses what is under way. May be used from any thread.
 */
public final class MemoryLink implements LinkServer {

  private final String hubName;
  private final List<Pipe> pipes = new ArrayList<>();
  private @Nullable Supplier<LinkListener> listeners;
  private boolean deliversAtOnce = true;
  private boolean refusesDials;
  private volatile LongPredicate certificatesHold = wallMillis -> true;
  private int dials;
  private Consumer<Frame> watcher = frame -> {};

  public MemoryLink(String hubName) {
    this.hubName = hubName;
  }

  /**
   * @param hold whether the certificates of both ends hold at a wall time
   */
  public void certificatesHold(LongPredicate hold) {
    certificatesHold = hold;
  }

  /** One connection with a queue of encoded frames each way. */
  private final class Pipe {
    final End node;
    final End hub;
    boolean down;

    Pipe(String nodeName, LinkListener nodeListener, LinkListener hubListener) {
      node = new End(this, hubName, nodeListener);
      hub = new End(this, nodeName, hubListener);
    }

    End other(End end) {
      return end == node ? hub : node;
    }

    void end(String reason) {
      if (!down) {
        down = true;
        pipes.remove(this);
        node.listener.onDown(reason);
        hub.listener.onDown(reason);
      }
    }
  }

  /** What one side holds of a connection; {@code arriving} is on its way to this side. */
  private final class End implements Connection {
    final Pipe pipe;
    final String peer;
    final LinkListener listener;
    final Deque<byte[]> arriving = new ArrayDeque<>();

    End(Pipe pipe, String peer, LinkListener listener) {
      this.pipe = pipe;
      this.peer = peer;
      this.listener = listener;
    }

    @Override
    public String peer() {
      return peer;
    }

    @Override
    public boolean isGoodAt(long wallMillis) {
      return certificatesHold.test(wallMillis);
    }

    @Override
    public void send(Frame frame) {
      byte[] bytes = FrameCodec.encode(frame);
      synchronized (MemoryLink.this) {
        if (!pipe.down) {
          End to = pipe.other(this);
          to.arriving.add(bytes);
          if (deliversAtOnce) {
            to.deliverAll();
          }
        }
      }
    }

    @Override
    public void close() {
      synchronized (MemoryLink.this) {
        if (!pipe.down) {
          pipe.other(this).deliverAll();
          pipe.end("closed");
        }
      }
    }

    boolean deliver() {
      byte[] bytes = arriving.poll();
      if (bytes == null || pipe.down) {
        return false;
      }
      try {
        Frame frame = FrameCodec.decode(bytes);
        watcher.accept(frame);
        listener.onFrame(frame);
      } catch (FrameException e) {
        pipe.end("bad bytes: " + e.getMessage());
      }
      return true;
    }

    void deliverAll() {
      while (deliver()) {
        // Until nothing is on its way.
      }
    }
  }

  /** From now on hears each frame before it arrives. */
  public synchronized void watch(Consumer<Frame> frames) {
    watcher = frames;
  }

  /** The way of a node whose certificate has this name. */
  public Link from(String nodeName) {
    return (hub, listener) -> dial(nodeName, listener);
  }

  private synchronized void dial(String nodeName, LinkListener listener) {
    dials++;
    Supplier<LinkListener> hub = listeners;
    if (refusesDials || hub == null) {
      listener.onDown("connection refused");
      return;
    }
    Pipe pipe = new Pipe(nodeName, listener, hub.get());
    pipes.add(pipe);
    pipe.hub.listener.onUp(pipe.hub);
    pipe.node.listener.onUp(pipe.node);
  }

  @Override
  public synchronized CompletionStage<Binding> bind(
      Endpoint local, Supplier<LinkListener> hubListeners) {
    listeners = hubListeners;
    Binding binding =
        new Binding() {
          @Override
          public Endpoint local() {
            return local;
          }

          @Override
          public CompletionStage<Void> close() {
            synchronized (MemoryLink.this) {
              listeners = null;
              cut();
            }
            return CompletableFuture.completedFuture(null);
          }
        };
    return CompletableFuture.completedFuture(binding);
  }

  /** Ends every connection and loses what is under way. */
  public synchronized void cut() {
    for (Pipe pipe : List.copyOf(pipes)) {
      pipe.end("cut");
    }
  }

  /** Whether further dials fail. */
  public synchronized void refuseDials(boolean refuse) {
    refusesDials = refuse;
  }

  /** Whether frames arrive at once, from now on, or wait for {@link #deliver}. */
  public synchronized void deliverAtOnce(boolean atOnce) {
    deliversAtOnce = atOnce;
    if (atOnce) {
      for (Pipe pipe : List.copyOf(pipes)) {
        pipe.hub.deliverAll();
        pipe.node.deliverAll();
      }
    }
  }

  /** Lets up to {@code frames} arrive on each connection, each way. */
  public synchronized void deliver(int frames) {
    for (Pipe pipe : List.copyOf(pipes)) {
      for (int i = 0; i < frames; i++) {
        pipe.hub.deliver();
        pipe.node.deliver();
      }
    }
  }

  public synchronized int connections() {
    return pipes.size();
  }

  public synchronized int dials() {
    return dials;
  }
}
