package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A promise that is checked whenever something happens that could break it. Subclasses hear what a
 * {@link Witness} hears; each check must take constant time.
 */
public abstract class Invariant implements Witness {

  private final String name;
  private final String promise;
  private long checks;
  private long violations;
  private Consumer<Violation> listener = violation -> {};

  /**
   * @param name short, of a-z and '-'
   * @param promise one sentence that a user can hold the program to
   */
  protected Invariant(String name, String promise) {
    this.name = name;
    this.promise = promise;
  }

  public final String name() {
    return name;
  }

  public final String promise() {
    return promise;
  }

  /** How often it was checked. */
  public final long checks() {
    return checks;
  }

  /** How often it did not hold. */
  public final long violations() {
    return violations;
  }

  /** A source heard that its reading is accepted; it was not known before. */
  void onAccepted(SimNode node, NodeAccount account, Pending pending, long seq) {}

  /** A source heard after a start how far the outbox knows it. */
  void onAttached(SimNode node, NodeAccount account, SourceAccount source, long position) {}

  /**
   * An insight that is durable at the hub.
   *
   * @param pending what its source knows of it; null if it knows nothing yet
   * @param again whether the hub had stored its reading before
   * @param twin whether the hub has it under the same number of another incarnation
   */
  record Stored(
      Insight insight, long seq, @Nullable Pending pending, boolean again, boolean twin) {}

  /** An insight is durable at the hub. */
  void onStored(SimNode node, NodeAccount account, Stored stored) {}

  /** The hub took an insight for one whose reading it has stored already, and dropped it. */
  void onRepeated(SimNode node, NodeAccount account, Insight insight) {}

  /** A change of what the hub holds of a lane is durable. */
  void onCommitted(SimNode node, NodeAccount account, LaneAccount lane) {}

  /** The hub welcomed a node. */
  void onWelcomed(SimNode node, NodeAccount account) {}

  /** A frame arrived. */
  void onFrame(SimNode node, NodeAccount account, boolean toHub, Frame frame) {}

  /**
   * Something between a node's outbox and the hub's store broke or was mended.
   *
   * @param whole whether nothing stands in the way now
   */
  void onPath(SimNode node, NodeAccount account, boolean whole) {}

  /** Tells each violation as it is found. */
  public final void listen(Consumer<Violation> newListener) {
    listener = newListener;
  }

  /**
   * Checks once.
   *
   * @param node which node it is about; null if it is about none
   * @param detail says what was found; asked only if it does not hold
   */
  protected final void check(boolean holds, @Nullable SimNode node, Supplier<String> detail) {
    checks++;
    if (!holds) {
      violations++;
      listener.accept(new Violation(this, node, detail.get()));
    }
  }
}
