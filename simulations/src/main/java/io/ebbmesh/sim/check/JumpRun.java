package io.ebbmesh.sim.check;

import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * Lets the clocks of a node and of its hub jump, while insights wait and while they flow.
 *
 * <pre>
 * certificates of                  a hub that is years off
 *   a month                          refuses its node until its clock is right again
 *   a month, the node's of decades   lets it in, and the node must not believe it: by that time the
 *                                    hub's certificate does not hold
 *   decades                          is believed
 * </pre>
 */
final class JumpRun {

  private static final Duration YEARS = Duration.ofDays(5 * 365);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MONTH = Duration.ofDays(30);
  private static final Duration DECADE = Duration.ofDays(3_650);

  private final Children children;
  private final Set<Certificates> passes;
  private final PrintStream out;

  /** How long certificates hold. */
  enum Certificates {
    MONTH,
    HUB_MONTH,
    DECADES
  }

  JumpRun(Children children, Set<Certificates> passes, PrintStream out) {
    this.children = children;
    this.passes = passes;
    this.out = out;
  }

  JumpReport run() throws IOException, InterruptedException, IdentityException {
    Instant now = Instant.now();
    Validity month = Validity.from(now, MONTH);
    Validity decades = new Validity(now.minus(DECADE), now.plus(DECADE));
    JumpReport report = JumpReport.NOTHING;
    for (Certificates pass : passes) {
      Validity ofNode = pass == Certificates.MONTH ? month : decades;
      Validity ofHub = pass == Certificates.DECADES ? decades : month;
      report = report.plus(run(pass.name().toLowerCase(Locale.ROOT), ofNode, ofHub));
    }
    return report;
  }

  private JumpReport run(String name, Validity validity, Validity ofHub)
      throws IOException, InterruptedException, IdentityException {
    out.println("certificates: " + name);
    boolean hubStarts = !ofHub.notAfter().isBefore(Instant.now().plus(YEARS));
    boolean nodeMayCome = !validity.notAfter().isBefore(Instant.now().plus(YEARS));
    Deployment deployment =
        Deployment.create(children.deployment().root().resolve(name), validity, ofHub);
    try (JumpGround ground = JumpGround.start(children, deployment)) {
      ground.deliver();
      for (Duration ahead : new Duration[] {YEARS, YEARS.negated(), HOUR, Duration.ZERO}) {
        ground.cut();
        ground.post();
        ground.setNode(ahead);
        ground.post();
        ground.restartNode();
        ground.post();
        ground.restore();
        say("node", ahead, ground.awaitSession());
        ground.deliver();
      }
      for (Duration ahead : new Duration[] {YEARS, YEARS.negated(), HOUR, HOUR.negated()}) {
        boolean small = ahead.abs().equals(HOUR);
        ground.setHub(ahead);
        ground.deliver();
        ground.cut();
        ground.post();
        if (small || hubStarts) {
          ground.restartHub();
        } else {
          ground.restartNode();
        }
        ground.restore();
        if (!small && !nodeMayCome) {
          ground.awaitSentAway(ahead);
          ground.setHub(Duration.ZERO);
        }
        say("hub", ahead, ground.awaitSession());
        ground.deliver();
        // What it believes now must not keep it away from a hub that is right.
        ground.setHub(Duration.ZERO);
        ground.cut();
        ground.restore();
        say("hub", Duration.ZERO, ground.awaitSession());
        ground.deliver();
      }
      return ground.report();
    }
  }

  private void say(String whose, Duration ahead, long backMillis) {
    out.printf(
        Locale.ROOT,
        "%s ahead by %,d h: the session is back after %,d ms%n",
        whose,
        ahead.toHours(),
        backMillis);
  }
}
