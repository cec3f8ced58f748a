package io.ebbmesh.sim.simulate;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.machine.PlantedBug;
import java.util.Arrays;
import java.util.Locale;

/** Names of planted bugs on the command line. */
final class Bugs {

  private Bugs() {}

  static String nameOf(PlantedBug bug) {
    return bug.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static PlantedBug parse(String name) {
    for (PlantedBug bug : PlantedBug.values()) {
      if (nameOf(bug).equals(name)) {
        return bug;
      }
    }
    throw new UserErrorException(
        "--plant "
            + name
            + ": there is no such bug; there are "
            + String.join(", ", Arrays.stream(PlantedBug.values()).map(Bugs::nameOf).toList()));
  }
}
