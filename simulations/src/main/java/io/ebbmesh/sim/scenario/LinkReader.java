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
    LinkSchedule trace = file(link, "trace", folder, LinkReader::trace);
    ContactPlan contacts = file(link, "contacts", folder, ContactPlan::read);
    if (trace != null && contacts != null) {
      link.problemAt("contacts", "stands beside a trace", "use one of the two");
    }
    boolean shifted = link.choice("shift", Shift.NONE, Shift.class) == Shift.RANDOM;
    if (shifted && !link.has("trace")) {
      link.problemAt("shift", "has no trace", "name a trace, or leave it out");
    }
    LinkPart part =
        new LinkPart(
            wire, trace, contacts, shifted, link.has("duty") ? duty(link.part("duty")) : null);
    link.close();
    return part;
  }

  private static Duty duty(Section duty) {
    Duty read =
        new Duty(
            duty.duration("every", DAY),
            duty.required("down", 1, "say how long each outage is, such as 10 m"),
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

  private static LinkSchedule trace(Path file) {
    TraceFormat format = TraceFormat.detect(file);
    if (format == TraceFormat.CONTACT_PLAN) {
      throw new IllegalArgumentException("it is a contact plan, which goes under 'contacts'");
    }
    return format.read(file);
  }

  private static <T> @Nullable T file(
      Section link, String key, @Nullable Path folder, Function<Path, T> reader) {
    String name = link.text(key, "");
    if (name.isEmpty()) {
      return null;
    }
    Path path = folder == null ? Path.of(name) : folder.resolve(name);
    try {
      Path shipped = Files.exists(path) ? null : shipped(name);
      if (shipped != null) {
        try {
          return reader.apply(shipped);
        } finally {
          Files.delete(shipped);
        }
      }
      if (Files.isRegularFile(path) && Files.isReadable(path)) {
        return reader.apply(path);
      }
      link.problemAt(key, "names " + path + ", which cannot be read", "name a readable file");
    } catch (TraceException | IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
      link.problemAt(key, "cannot be used: " + why, "mend or replace the file");
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
