package io.ebbmesh.sim.scenario;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.ebbmesh.sim.invariant.Invariants;
import io.ebbmesh.sim.machine.NodePlan;
import io.ebbmesh.sim.scenario.Scenario.Expect;
import io.ebbmesh.sim.scenario.Scenario.Group;
import io.ebbmesh.sim.scenario.Scenario.HubPart;
import io.ebbmesh.sim.scenario.Scenario.LinkPart;
import io.ebbmesh.sim.scenario.Scenario.Promises;
import io.ebbmesh.sim.scenario.Scenario.Sensor;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads one scenario; all problems are told at once. */
final class ScenarioReader {

  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final String DEFAULT_EPOCH = "2026-03-01T00:00:00Z";

  private final String file;
  private final @Nullable Path folder;
  private final List<String> problems = new ArrayList<>();

  private ScenarioReader(String file, @Nullable Path folder) {
    this.file = file;
    this.folder = folder;
  }

  /**
   * @param file name for messages
   * @param folder what relative files are relative to; null for the working directory
   * @param sets {@code key=value}, over what the text says
   * @throws ScenarioException with all problems
   */
  static Scenario read(
      String name, String file, @Nullable Path folder, String text, List<String> sets) {
    ScenarioReader reader = new ScenarioReader(file, folder);
    Config config = reader.parse(text, sets);
    Scenario scenario = reader.scenario(name, config);
    if (reader.problems.isEmpty()) {
      reader.problems.addAll(ScenarioCheck.problems(file, config, scenario));
    }
    if (!reader.problems.isEmpty()) {
      throw new ScenarioException(reader.problems);
    }
    return scenario;
  }

  private Config parse(String text, List<String> sets) {
    try {
      Config config =
          ConfigFactory.parseString(
              text,
              ConfigParseOptions.defaults()
                  .setSyntax(ConfigSyntax.CONF)
                  .setOriginDescription(file));
      for (String set : sets) {
        int equals = set.indexOf('=');
        if (equals < 1) {
          throw new ScenarioException(
              List.of("--set " + set + ": there is no key; write --set KEY=VALUE"));
        }
        config =
            ConfigFactory.parseString(
                    set.substring(0, equals) + " = " + valueOf(set.substring(equals + 1)),
                    ConfigParseOptions.defaults().setOriginDescription(Place.SET + set))
                .withFallback(config);
      }
      return config.resolve();
    } catch (ConfigException e) {
      ConfigOrigin origin = e.origin();
      String place = origin == null ? file : Place.of(file, origin);
      String what = String.valueOf(e.getMessage());
      if (origin != null && what.startsWith(origin.description())) {
        what = what.substring(origin.description().length() + 2);
      }
      throw new ScenarioException(List.of(place + ": " + what + "; correct the syntax (HOCON)"));
    }
  }

  /** Words and durations need no quotes on the command line. */
  private static String valueOf(String text) {
    boolean structured = text.startsWith("[") || text.startsWith("{") || text.startsWith("\"");
    return structured ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private Scenario scenario(String name, Config config) {
    Section root = new Section(file, "", config.root(), problems);
    String description = root.text("description", "");
    long until = root.duration("until", 0);
    if (until == 0) {
      root.problemAt("until", "is missing or 0", "say how long the run takes, such as 24 h");
    }
    long epoch = instant(root, "epoch", DEFAULT_EPOCH);
    Config settings = root.settings("settings");
    HubPart hub = hub(root.part("hub"), settings);
    List<Group> groups = groups(root.part("nodes"), settings, until);
    FaultReader faults = new FaultReader(until);
    List<Section> faultParts = root.parts("faults");
    Scenario scenario =
        new Scenario(
            name,
            description,
            until,
            epoch,
            hub,
            groups,
            faults.read(faultParts),
            promises(root.part("invariants")),
            expect(root.part("expect")));
    root.close();
    return scenario;
  }

  private static long instant(Section section, String key, String otherwise) {
    String text = section.text(key, otherwise);
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException e) {
      section.problemAt(key, "is no instant: " + text, "write it as " + DEFAULT_EPOCH);
      return 0;
    }
  }

  private static HubPart hub(Section hub, Config settings) {
    HubPart part =
        new HubPart(
            hub.duration("commit", 2 * MILLI),
            hub.duration("handshake", MILLI),
            hub.duration("handshake-timeout", 10 * SECOND),
            hub.count("max-half-open", 256, 1, ScenarioCheck.MAX_NODES),
            hub.settings("settings").withFallback(settings));
    hub.close();
    return part;
  }

  private List<Group> groups(Section nodes, Config settings, long until) {
    List<Group> groups = new ArrayList<>();
    for (String name : nodes.names()) {
      groups.add(group(name, nodes.part(name), settings));
    }
    if (groups.isEmpty()) {
      nodes.problemAt("", "names no nodes", "add a group, such as nodes { gateway { count = 3 } }");
    }
    return groups;
  }

  private Group group(String name, Section group, Config settings) {
    if (!name.matches("[a-z0-9][a-z0-9._-]{0,40}")) {
      group.problemAt("", "cannot be part of a node's name", "use up to 41 of a-z, 0-9, . _ -");
    }
    Section disk = group.part("disk");
    NodePlan.DiskPlan diskPlan =
        new NodePlan.DiskPlan(
            disk.duration("sync", MILLI / 2),
            disk.duration("sync-jitter", MILLI / 2),
            disk.bytes("capacity", 1L << 30));
    disk.close();
    List<Sensor> sensors = new ArrayList<>();
    for (Section sensor : group.parts("sensors")) {
      sensors.add(sensor(sensor, sensors.size() + 1));
    }
    Section site = group.part("site");
    Scenario.Site lans =
        new Scenario.Site(
            site.count("size", 0, 0, 1_000),
            site.duration("lan-latency", MILLI / 3),
            site.text("with", ""));
    site.close();
    LinkPart link = LinkReader.read(group.part("link"), folder);
    Group read =
        new Group(
            name,
            group.count("count", 1, 1, ScenarioCheck.MAX_NODES),
            group.duration("start-within", 0),
            group.choice("accelerator", Accelerator.CPU, Accelerator.class) == Accelerator.CPU,
            group.duration("inference", 2 * MILLI),
            diskPlan,
            sensors,
            lans,
            link,
            group.settings("settings").withFallback(settings));
    group.close();
    return read;
  }

  private enum Accelerator {
    CPU,
    NONE
  }

  private static Sensor sensor(Section sensor, int number) {
    Sensor read =
        new Sensor(
            sensor.text("name", "s" + number),
            sensor.duration("every", MINUTE),
            sensor.share("anomalies", 0.01),
            sensor.text("offset", "random").equals("random") ? -1 : sensor.duration("offset", 0));
    if (read.everyNanos() == 0) {
      sensor.problemAt("every", "is 0", "write how often it takes a reading, such as 30 s");
    }
    sensor.close();
    return read;
  }

  private static Promises promises(Section section) {
    Set<String> off = new TreeSet<>();
    long alarm = MINUTE;
    long disk = 128L << 20;
    long liveness = 30 * MINUTE;
    for (String name : Invariants.NAMES) {
      Section one = section.part(name);
      if (!one.flag("enabled", true)) {
        off.add(name);
      }
      switch (name) {
        case Invariants.ALARM_LATENCY -> alarm = one.duration("within", alarm);
        case Invariants.DISK_BOUNDED -> disk = one.bytes("max", disk);
        case Invariants.LIVENESS -> liveness = one.duration("within", liveness);
        default -> {}
      }
      one.close();
    }
    section.close();
    return new Promises(new Invariants.Limits(alarm, disk, liveness), off);
  }

  private static Expect expect(Section section) {
    Expect expect =
        new Expect(
            section.flag("drained", false),
            section.has("min-stored") ? section.whole("min-stored", 0) : null,
            section.has("min-share") ? section.share("min-share", 0) : null,
            section.has("max-pending") ? section.whole("max-pending", 0) : null,
            section.has("min-forks") ? section.whole("min-forks", 0) : null);
    section.close();
    return expect;
  }
}
