package io.ebbmesh.sim.simulate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A promise that was broken, and what is needed to look into it.
 *
 * @param step number of the event after which it was found
 * @param atNanos virtual time of it
 * @param invariant name of the promise
 * @param what the promise and what was found
 * @param node the node it is about; null if it is about none
 * @param nodeEvents the last events of that node, oldest first
 * @param hubEvents the last events of the hub
 * @param replay the command that shows it again
 */
record Failure(
    long step,
    long atNanos,
    String invariant,
    String what,
    @Nullable String node,
    List<String> nodeEvents,
    List<String> hubEvents,
    String replay) {

  String text() {
    StringBuilder text = new StringBuilder();
    text.append("at ").append(Times.text(atNanos)).append(", step ").append(step).append('\n');
    text.append("  ").append(what).append('\n');
    if (node != null) {
      append(text, "last events of " + node, nodeEvents);
    }
    append(text, "last events of the hub", hubEvents);
    return text.append("replay: ").append(replay).append('\n').toString();
  }

  private static void append(StringBuilder text, String title, List<String> lines) {
    text.append(title).append(":\n");
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
  }
}
