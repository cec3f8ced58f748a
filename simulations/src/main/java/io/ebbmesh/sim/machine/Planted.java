package io.ebbmesh.sim.machine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.link.Tampering;
import org.jspecify.annotations.Nullable;

/**
 * Which planted bug the twins of a world have.
 *
 * @param bug null in an honest world
 */
public record Planted(@Nullable PlantedBug bug) implements Tampering {

  private static final long SLOW_NANOS = 40_000_000_000L;
  private static final int SWALLOWED_EVERY = 10;

  private static final Config HASTY =
      ConfigFactory.parseString(
          "ebbmesh.sync.session { min-dial-interval = 0s, backoff-base = 1ms, backoff-cap = 1ms }");

  public static final Planted NOTHING = new Planted(null);

  boolean is(PlantedBug other) {
    return bug == other;
  }

  /** Settings of a node. */
  Config settings(Config honest) {
    return is(PlantedBug.HASTY_NODES) ? HASTY.withFallback(honest) : honest;
  }

  @Override
  public long delayNanos(boolean toHub, Frame frame) {
    if (bug == null || !(frame instanceof Frame.BlockPush push)) {
      return 0;
    }
    return switch (bug) {
      case SLOW_WIRE -> SLOW_NANOS;
      case GREEDY_WIRE -> isSwallowed(push.seqs()) ? SWALLOWED : 0;
      default -> 0;
    };
  }

  @Override
  public Frame carried(boolean toHub, Frame frame) {
    return is(PlantedBug.WIRE_CUTS_LINEAGE) && frame instanceof Frame.Hello hello
        ? new Frame.Hello(
            hello.node(),
            hello.minProtocol(),
            hello.maxProtocol(),
            hello.incarnation(),
            new Lineage(hello.lineage().epochs().stream().limit(1).toList()),
            hello.ancestry(),
            hello.heads(),
            hello.clock(),
            hello.maxBlockVersion(),
            hello.serving())
        : frame;
  }

  private static boolean isSwallowed(SeqRange seqs) {
    return seqs.last() / SWALLOWED_EVERY > (seqs.first() - 1) / SWALLOWED_EVERY;
  }
}
