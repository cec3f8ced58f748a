package io.ebbmesh.sim.scenario;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.ebbmesh.node.config.SettingsCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One object of a scenario file. Remembers which keys were asked for, so that others are found, and
 * collects problems instead of stopping at the first.
 */
final class Section {

  private static final Pattern RATE =
      Pattern.compile("([0-9.eE+-]+)\\s*(bit|kbit|Mbit|Gbit)/s", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNITLESS = Pattern.compile("[+-]?\\d+(\\.\\d+)?");
  private static final Pattern MINUTES = Pattern.compile("(?<=[\\d ])min$");
  private static final String UNLIMITED = "unlimited";
  static final double UNLIMITED_BITS = 1e18;
  private static final int LIKELY_DISTANCE = 2;

  private final String file;
  private final String path;
  private final ConfigObject object;
  private final Config config;
  private final List<String> problems;
  private final Set<String> known = new TreeSet<>();

  Section(String file, String path, ConfigObject object, List<String> problems) {
    this.file = file;
    this.path = path;
    this.object = object;
    this.config = object.toConfig();
    this.problems = problems;
  }

  /** Reports keys that nothing asked for. */
  void close() {
    for (String key : new TreeSet<>(object.keySet())) {
      if (!known.contains(key)) {
        problem(
            at(key),
            "unknown key '" + full(key) + "'",
            nearest(key, known) + "known here are " + String.join(", ", known));
      }
    }
  }

  private static String nearest(String key, Iterable<String> known) {
    for (String each : known) {
      if (distance(key, each) <= LIKELY_DISTANCE) {
        return "did you mean '" + each + "'? ";
      }
    }
    return "";
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  ConfigOrigin origin() {
    return object.origin();
  }

  private ConfigOrigin at(String key) {
    ConfigValue value = object.get(key);
    return value == null ? object.origin() : value.origin();
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private void problem(ConfigOrigin where, String what, String remedy) {
    problems.add(Place.of(file, where) + ": " + what + "; " + remedy);
  }

  /** Reports something about a key's value. */
  void problemAt(String key, String what, String remedy) {
    problem(at(key), "'" + full(key) + "' " + what, remedy);
  }

  boolean has(String key) {
    known.add(key);
    return object.containsKey(key);
  }

  private <T> T read(String key, T otherwise, Function<String, T> reader, String remedy) {
    if (!has(key)) {
      return otherwise;
    }
    try {
      return reader.apply(ConfigUtil.quoteString(key));
    } catch (ConfigException | IllegalArgumentException e) {
      problem(at(key), "'" + full(key) + "' is " + said(key), remedy);
      return otherwise;
    }
  }

  private String said(String key) {
    ConfigValue value = object.get(key);
    return value == null ? "nothing" : String.valueOf(value.unwrapped());
  }

  String text(String key, String otherwise) {
    return read(key, otherwise, config::getString, "write a text");
  }

  /** Reports a key that is not there. */
  void required(String key) {
    if (!has(key)) {
      problem(object.origin(), "'" + full(key) + "' is missing", "add it");
    }
  }

  boolean flag(String key, boolean otherwise) {
    return read(key, otherwise, config::getBoolean, "write true or false");
  }

  /** Nanoseconds, 0 or more. */
  long duration(String key, long otherwise) {
    return read(
        key,
        otherwise,
        quoted -> notNegative(nanos(config.getString(quoted))),
        "write a duration of 0 or more, such as 30 s, 10 m or 2 h");
  }

  /** HOCON takes a number without a unit as milliseconds, which nobody means here. */
  private static long nanos(String text) {
    String size = text.strip();
    if (UNITLESS.matcher(size).matches() && Double.parseDouble(size) != 0) {
      throw new IllegalArgumentException("no unit");
    }
    String known = MINUTES.matcher(size).replaceFirst("m");
    return ConfigFactory.parseMap(Map.of("d", known)).getDuration("d").toNanos();
  }

  /** Nanoseconds, which may be negative, as in {@code "-2 h"} or {@code "+3 d"}. */
  long shift(String key, long otherwise) {
    return read(
        key,
        otherwise,
        quoted -> {
          String text = config.getString(quoted).strip();
          boolean negative = text.startsWith("-");
          long nanos = nanos(text.startsWith("+") || negative ? text.substring(1) : text);
          return negative ? -nanos : nanos;
        },
        "write a duration with a sign, such as \"-2 h\" or \"+3 d\"");
  }

  long bytes(String key, long otherwise) {
    return read(
        key,
        otherwise,
        quoted -> notNegative(config.getMemorySize(quoted).toBytes()),
        "write a size, such as 64 MiB");
  }

  private static long notNegative(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative");
    }
    return value;
  }

  int count(String key, int otherwise, int min, int max) {
    return number(key, otherwise, min, max, Math::toIntExact);
  }

  long whole(String key, long otherwise) {
    return number(key, otherwise, 0, Long.MAX_VALUE, value -> value);
  }

  private <T> T number(String key, T otherwise, long min, long max, LongFunction<T> as) {
    return read(
        key,
        otherwise,
        quoted -> {
          long value = config.getLong(quoted);
          if (value < min || value > max) {
            throw new IllegalArgumentException("out of range");
          }
          return as.apply(value);
        },
        "write a whole number from " + min + (max == Long.MAX_VALUE ? "" : " to " + max));
  }

  /** From 0 to 1. */
  double share(String key, double otherwise) {
    return decimal(key, otherwise, 0, 1, "write a number from 0 to 1");
  }

  double decimal(String key, double otherwise, double min, double max, String remedy) {
    return read(
        key,
        otherwise,
        quoted -> {
          double value = config.getDouble(quoted);
          if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException("out of range");
          }
          return value;
        },
        remedy);
  }

  /** Bits a second. */
  double rate(String key, double otherwise) {
    return read(
        key,
        otherwise,
        quoted -> rateOf(config.getString(quoted).strip()),
        "write a rate of 0 or more, such as 1 Mbit/s or 256 kbit/s, or unlimited");
  }

  private static double rateOf(String text) {
    if (text.equalsIgnoreCase(UNLIMITED)) {
      return UNLIMITED_BITS;
    }
    Matcher matcher = RATE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no rate");
    }
    double factor =
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "kbit" -> 1e3;
          case "mbit" -> 1e6;
          case "gbit" -> 1e9;
          default -> 1;
        };
    double rate = Double.parseDouble(matcher.group(1)) * factor;
    if (!(rate >= 0 && rate <= UNLIMITED_BITS)) {
      throw new IllegalArgumentException("negative");
    }
    return rate;
  }

  <E extends Enum<E>> E choice(String key, E otherwise, Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      names.add(nameOf(constant));
    }
    return read(
        key,
        otherwise,
        quoted -> {
          String text = config.getString(quoted);
          for (E constant : type.getEnumConstants()) {
            if (nameOf(constant).equals(text)) {
              return constant;
            }
          }
          throw new IllegalArgumentException("no choice");
        },
        nearest(said(key), names) + "choose one of " + String.join(", ", names));
  }

  static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A part that is an object; empty if it is missing. */
  Section part(String key) {
    ConfigValue value = has(key) ? object.get(key) : null;
    if (value != null && value.valueType() != ConfigValueType.OBJECT) {
      problem(at(key), "'" + full(key) + "' is no object", "write { … }");
      value = null;
    }
    ConfigObject part =
        value == null
            ? ConfigFactory.empty().root().withOrigin(object.origin())
            : (ConfigObject) value;
    return new Section(file, full(key), part, problems);
  }

  /** The names of the objects in it, in the order of the alphabet; all count as known. */
  List<String> names() {
    List<String> names = new ArrayList<>(new TreeSet<>(object.keySet()));
    known.addAll(names);
    return names;
  }

  /** A list of objects; empty if it is missing. */
  List<Section> parts(String key) {
    List<Section> parts = new ArrayList<>();
    if (!has(key)) {
      return parts;
    }
    if (!(object.get(key) instanceof ConfigList list)) {
      problem(at(key), "'" + full(key) + "' is no list", "write [ { … } ]");
      return parts;
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof ConfigObject part) {
        parts.add(new Section(file, full(key) + "[" + (i + 1) + "]", part, problems));
      } else {
        problem(
            list.get(i).origin(),
            "'" + full(key) + "' has a part that is no object",
            "write { … }");
      }
    }
    return parts;
  }

  /** Settings of the program, held against its defaults. */
  Config settings(String key) {
    Section part = part(key);
    problems.addAll(
        new SettingsCheck(
                ConfigFactory.defaultReference(), value -> Place.of(file, value.origin()) + ": ")
            .problems(part.config));
    return part.config;
  }
}
