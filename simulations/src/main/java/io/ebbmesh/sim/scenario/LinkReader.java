package io.ebbmesh.sim.scenario;

import io.ebbmesh.sim.link.WireSettings;
import io.ebbmesh.sim.link.trace.ContactPlan;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.link.trace.TraceException;
import io.ebbmesh.sim.link.trace.TraceFormat;
import io.ebbmesh.sim.scenario.Scenario.Duty;
import io.ebbmesh.sim.scenario.Scenario.LinkPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads how nodes reach the hub, with the trace or contact plan that says more. */
final class LinkReader {

  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;
  private static final long DAY = 86_400 * SECOND;
  private static final double DEFAULT_BITS = 10e6;

  private LinkReader() {}

  private enum Shift {
    NONE,
    RANDOM
  }

  static LinkPart read(Section link, @Nullable Path folder) {
    LinkCondition base =
        new LinkCondition(
            true,
            link.rate("up", DEFAULT_BITS),
            link.rate("down", DEFAULT_BITS),
            link.duration("latency", 20 * MILLI),
            link.duration("jitter", 0),
            link.share("loss", 0));
    Section frames = link.part("frames");
    WireSettings.Hostility hostility =
        new WireSettings.Hostility(
            frames.share("loss", 0),
            frames.share("duplication", 0),
            frames.share("reordering", 0),
            frames.share("corruption", 0));
    frames.close();
    WireSettings wire =
        new WireSettings(
            base,
            link.bytes("queue", 1 << 20),
            link.choice("cut", WireSettings.Cut.SILENT, WireSettings.Cut.class),
            link.flag("signal", false),
            link.duration("connect-timeout", 10 * SECOND),
            hostility);
    LinkSchedule trace = file(link, "trace", folder, file -> TraceFormat.detect(file).read(file));
    ContactPlan contacts = file(link, "contacts", folder, ContactPlan::read);
    if (trace != null && contacts != null) {
      link.problemAt("contacts", "stands beside a trace", "use one of the two");
    }
    LinkPart part =
        new LinkPart(
            wire,
            trace,
            contacts,
            link.choice("shift", Shift.NONE, Shift.class) == Shift.RANDOM,
            link.has("duty") ? duty(link.part("duty")) : null);
    link.close();
    return part;
  }

  private static Duty duty(Section duty) {
    Duty read =
        new Duty(
            duty.duration("every", DAY),
            duty.duration("down", 0),
            duty.duration("at", 0),
            duty.duration("spread", 0),
            duty.share("share", 1),
            duty.duration("to", Long.MAX_VALUE));
    if (read.everyNanos() <= read.downNanos()) {
      duty.problemAt("down", "is not shorter than 'every'", "leave time for the link to be up");
    }
    duty.close();
    return read;
  }

  private static <T> @Nullable T file(
      Section link, String key, @Nullable Path folder, Function<Path, T> reader) {
    String name = link.text(key, "");
    if (name.isEmpty()) {
      return null;
    }
    try {
      Path shipped = shipped(name);
      if (shipped != null) {
        try {
          return reader.apply(shipped);
        } finally {
          Files.delete(shipped);
        }
      }
      Path path = folder == null ? Path.of(name) : folder.resolve(name);
      if (!Files.isReadable(path)) {
        link.problemAt(key, "names " + path + ", which cannot be read", "name a readable file");
        return null;
      }
      return reader.apply(path);
    } catch (TraceException e) {
      link.problemAt(key, "cannot be used: " + e.getMessage(), "mend or replace the file");
    } catch (IOException e) {
      link.problemAt(key, "cannot be read: " + e.getMessage(), "name a readable file");
    }
    return null;
  }

  /** A trace that comes with the program, as a file for as long as it is read. */
  private static @Nullable Path shipped(String name) throws IOException {
    if (name.contains("/")) {
      return null;
    }
    try (InputStream in = LinkReader.class.getResourceAsStream(name)) {
      if (in == null) {
        return null;
      }
      Path copy = Files.createTempFile("ebbmesh-", "-" + name);
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return copy;
    }
  }
}
