package io.ebbmesh.sim.ingest;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.LinkListener;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One node's session: greets, and when told to pushes as much as the hub's credit lets it. */
final class PushSession implements LinkListener {

  private final NodeId node;
  private final int number;
  private final NodeClock clock;
  private final PushedBlocks blocks;
  private final CompletableFuture<Void> welcomed = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private @Nullable Connection connection;
  private SeqRanges acknowledged = SeqRanges.EMPTY;
  private long credit;
  private int next;
  private boolean started;

  PushSession(NodeId node, int number, NodeClock clock, PushedBlocks blocks) {
    this.node = node;
    this.number = number;
    this.clock = clock;
    this.blocks = blocks;
  }

  /** Completes when the hub let it in. */
  CompletableFuture<Void> welcomed() {
    return welcomed;
  }

  /** Completes when everything is acknowledged; fails when the session ends before. */
  CompletableFuture<Void> done() {
    return done;
  }

  synchronized void start() {
    started = true;
    push();
  }

  synchronized void close() {
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public synchronized void onUp(Connection up) {
    connection = up;
    up.send(
        new Frame.Hello(
            node,
            1,
            1,
            new Incarnation(new UUID(7, number)),
            new Lineage(List.of(new Lineage.Epoch(number + 1L, Map.of(Lane.INSIGHT, 1L)))),
            Ancestry.NONE,
            Map.of(Lane.INSIGHT, blocks.insights()),
            clock.now(),
            1,
            List.of()));
  }

  @Override
  public synchronized void onFrame(Frame frame) {
    if (frame instanceof Frame.Welcome welcome) {
      credit = welcome.creditBytes();
      welcomed.complete(null);
    } else if (frame instanceof Frame.Ack ack) {
      credit += ack.creditBytes();
      acknowledged = acknowledged.plus(ack.held());
      push();
      if (acknowledged.count() == blocks.insights()) {
        done.complete(null);
      }
    } else if (frame instanceof Frame.Refused refused) {
      fail("refused: " + refused);
    }
  }

  @Override
  public void onDown(String reason) {
    fail("session of " + node + " ended: " + reason);
  }

  private void fail(String reason) {
    IllegalStateException failure = new IllegalStateException(reason);
    welcomed.completeExceptionally(failure);
    done.completeExceptionally(failure);
  }

  private void push() {
    Connection to = connection;
    while (started && to != null && next < blocks.pushes().size()) {
      Frame.BlockPush push = blocks.pushes().get(next);
      if (push.block().length > credit) {
        return;
      }
      credit -= push.block().length;
      next++;
      to.send(push);
    }
  }
}
