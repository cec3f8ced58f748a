package io.ebbmesh.node.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells a node's data-dir from a hub's by what lies in it. A folder of both hides one from every
 * tool: nobody may start on the other's.
 */
public final class DataFolder {

  private static final String HUB_STORE = "insights.db";
  private static final String OUTBOX = "outbox";

  private DataFolder() {}

  /** Whether a hub's store is there. */
  public static boolean isHubs(Path folder) {
    return Files.exists(hubStore(folder));
  }

  /** Whether a node's outbox is there. */
  public static boolean isNodes(Path folder) {
    return Files.isDirectory(folder.resolve(OUTBOX));
  }

  /** The file of a hub's store, there or not. */
  public static Path hubStore(Path folder) {
    return folder.resolve(HUB_STORE);
  }

  /**
   * For a hub that starts.
   *
   * @throws SettingsException if the folder is a node's
   */
  public static void refuseNodes(Path folder) {
    if (isNodes(folder)) {
      throw refused("ebbmesh.hub.data-dir", folder, "a node's: it holds its " + OUTBOX, "hub");
    }
  }

  /**
   * For a node that starts.
   *
   * @throws SettingsException if the folder is a hub's
   */
  public static void refuseHubs(Path folder) {
    if (isHubs(folder)) {
      throw refused("ebbmesh.node.data-dir", folder, "a hub's: it holds " + HUB_STORE, "node");
    }
  }

  /** What is wrong with a folder of both, and the remedy. */
  public static String bothIn(Path folder) {
    return folder
        + " holds a node's outbox and a hub's "
        + HUB_STORE
        + ": move "
        + HUB_STORE
        + "* to a folder of its own, or read the outbox alone as "
        + folder.resolve(OUTBOX);
  }

  private static SettingsException refused(String key, Path folder, String whose, String role) {
    return new SettingsException(
        List.of("'" + key + "' " + folder + " is " + whose + "; give the " + role + " its own"));
  }
}
