package io.ebbmesh.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds settings against the defaults: a key that has no default is unknown, and a value must be of
 * the default's kind, with a unit where the default has one.
 *
 * <p>{@code pekko.*} passes unchecked. A default that is an empty object is open: its keys are the
 * user's names.
 */
public final class SettingsCheck {

  private static final Pattern DURATION =
      Pattern.compile("\\d+(\\.\\d+)?\\s*(ns|us|ms|s|m|minutes?|h|hours?|d|days?|seconds?)");
  private static final Pattern SIZE = Pattern.compile("\\d+(\\.\\d+)?\\s*(B|[kKMGT]i?B?|bytes?)");

  private final Config defaults;
  private final Function<ConfigValue, String> place;

  SettingsCheck(Config defaults) {
    this(defaults, SettingsCheck::inFile);
  }

  /**
   * @param place what stands before a problem to say where it is
   */
  public SettingsCheck(Config defaults, Function<ConfigValue, String> place) {
    this.defaults = defaults;
    this.place = place;
  }

  /** One line per problem, ordered by key; empty if all is well. */
  public List<String> problems(Config user) {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> root : new TreeMap<>(user.root()).entrySet()) {
      if (root.getKey().equals("pekko")) {
        continue;
      }
      ConfigValue reference = defaults.root().get(root.getKey());
      if (!root.getKey().equals("ebbmesh") || reference == null) {
        problems.add(
            place.apply(root.getValue())
                + "unknown key '"
                + root.getKey()
                + "': settings live under 'ebbmesh' (and 'pekko')");
        continue;
      }
      compare(root.getKey(), root.getValue(), reference, problems);
    }
    return problems;
  }

  private void compare(
      String path, ConfigValue value, ConfigValue reference, List<String> problems) {
    if (reference instanceof ConfigObject object) {
      if (!(value instanceof ConfigObject given)) {
        problems.add(
            place.apply(value) + "'" + path + "' must be a section { … }, not " + kind(value));
        return;
      }
      if (object.isEmpty()) {
        return;
      }
      for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(given).entrySet()) {
        String child = path + "." + entry.getKey();
        ConfigValue known = object.get(entry.getKey());
        if (known == null) {
          problems.add(
              place.apply(entry.getValue())
                  + "unknown key '"
                  + child
                  + "'; known here: "
                  + String.join(", ", new TreeMap<>(object).keySet()));
        } else {
          compare(child, entry.getValue(), known, problems);
        }
      }
      return;
    }
    String wrong = wrong(value, reference);
    if (wrong != null) {
      problems.add(place.apply(value) + "'" + path + "' " + wrong);
    }
  }

  private static @Nullable String wrong(ConfigValue value, ConfigValue reference) {
    Config one = value.atKey("v");
    try {
      switch (reference.valueType()) {
        case BOOLEAN -> one.getBoolean("v");
        case NUMBER -> one.getNumber("v");
        case LIST -> one.getList("v");
        default -> {
          String example = String.valueOf(reference.unwrapped());
          if (DURATION.matcher(example).matches()) {
            if (value.valueType() == ConfigValueType.NUMBER) {
              return "is a duration and needs a unit, such as " + example + ", not a bare number";
            }
            if (one.getDuration("v").isNegative()) {
              return "must not be negative";
            }
          } else if (SIZE.matcher(example).matches()) {
            if (value.valueType() == ConfigValueType.NUMBER) {
              return "is a size and needs a unit, such as " + example + ", not a bare number";
            }
            one.getBytes("v");
          } else {
            one.getString("v");
          }
        }
      }
      return null;
    } catch (ConfigException e) {
      String given = value.valueType() == ConfigValueType.OBJECT ? "a section" : value.render();
      return "must be like " + reference.render() + ", not " + given;
    }
  }

  private static String kind(ConfigValue value) {
    return switch (value.valueType()) {
      case LIST -> "a list";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case STRING -> "a text";
      case NULL -> "null";
      case OBJECT -> "a section";
    };
  }

  private static String inFile(ConfigValue value) {
    String file = value.origin().filename();
    int line = value.origin().lineNumber();
    return (file == null ? "" : file) + (line < 0 ? "" : ":" + line + ": ");
  }
}
