package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.LinkListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A listener that keeps what it hears and insists on hearing one thing at a time. */
final class Recorder implements LinkListener {

  private static final int PATIENCE_SECONDS = 20;

  private final CompletableFuture<Connection> up = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> bytes = new CompletableFuture<>();
  private final CompletableFuture<String> down = new CompletableFuture<>();
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final AtomicBoolean busy = new AtomicBoolean();

  @Override
  public void onUp(Connection connection) {
    alone(() -> up.complete(connection));
  }

  @Override
  public void onFrame(Frame frame) {
    alone(() -> frames.add(frame));
  }

  @Override
  public void onBytes() {
    alone(() -> bytes.complete(null));
  }

  @Override
  public void onDown(String reason) {
    alone(
        () -> {
          if (!down.complete(reason)) {
            throw new AssertionError("down twice");
          }
        });
  }

  Connection connection() {
    return await(up);
  }

  void awaitBytes() {
    await(bytes);
  }

  String downReason() {
    return await(down);
  }

  boolean isDown() {
    return down.isDone();
  }

  boolean cameUp() {
    return up.isDone();
  }

  Frame frame() {
    try {
      Frame frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no frame; down: " + down.getNow("no"));
      }
      return frame;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void alone(Runnable call) {
    if (!busy.compareAndSet(false, true) || down.isDone()) {
      throw new AssertionError("called twice at a time, or after the end");
    }
    call.run();
    busy.set(false);
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
