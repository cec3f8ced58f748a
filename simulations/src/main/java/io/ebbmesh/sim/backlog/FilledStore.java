package io.ebbmesh.sim.backlog;

import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A folder with what a stopped node accepted, and its source's log, so that many drains begin with
 * the same: to accept a million insights one at a time takes minutes.
 */
record FilledStore(Path folder) {

  private static final String NODE = "node";
  private static final String LOG = "source.log";
  private static final String FACTS = "filled.properties";
  private static final String MILLIS = "millis";

  boolean exists() {
    return Files.exists(folder.resolve(FACTS));
  }

  /** Copies both here. */
  void keep(Path nodeData, Path sourceLog, DrainRun plan, long fillMillis) throws IOException {
    Files.createDirectories(folder);
    copy(nodeData, folder.resolve(NODE));
    Files.copy(sourceLog, folder.resolve(LOG));
    Properties facts = facts(plan);
    facts.setProperty(MILLIS, Long.toString(fillMillis));
    // Last: with it the folder is complete.
    try (Writer out = Files.newBufferedWriter(folder.resolve(FACTS))) {
      facts.store(out, null);
    }
  }

  /**
   * Copies both from here.
   *
   * @return how long it took to fill, in milliseconds
   * @throws UserErrorException if it was filled with something else than is asked for
   */
  long use(Path nodeData, Path sourceLog, DrainRun plan) throws IOException {
    Properties kept = new Properties();
    try (Reader in = Files.newBufferedReader(folder.resolve(FACTS))) {
      kept.load(in);
    }
    long millis = Long.parseLong(String.valueOf(kept.remove(MILLIS)));
    if (!kept.equals(facts(plan))) {
      throw new UserErrorException(
          folder + " was filled with " + kept + ", not " + facts(plan) + ": name another folder");
    }
    copy(folder.resolve(NODE), nodeData);
    Files.copy(folder.resolve(LOG), sourceLog);
    return millis;
  }

  private static Properties facts(DrainRun plan) {
    Properties facts = new Properties();
    facts.setProperty("records", Long.toString(plan.records()));
    facts.setProperty("lane", plan.lane().id());
    facts.setProperty("size", Integer.toString(plan.sizeBytes()));
    return facts;
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path each : all) {
      Files.copy(each, to.resolve(from.relativize(each).toString()));
    }
  }
}
