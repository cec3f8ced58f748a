package io.ebbmesh.sim.scenario;

import com.typesafe.config.ConfigOrigin;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where something in a scenario was written: in its file, or behind {@code --set}. */
final class Place {

  static final String SET = "--set ";

  private static final Pattern LINE = Pattern.compile(": \\d+(-\\d+)?$");

  private Place() {}

  /** {@code FILE:LINE}, or the option; an object that both made has the place in the file. */
  static String of(String file, ConfigOrigin origin) {
    String description = origin.description();
    if (description.startsWith(SET)) {
      return LINE.matcher(description).replaceFirst("");
    }
    Matcher inFile = Pattern.compile(Pattern.quote(file) + ": (\\d+)").matcher(description);
    return inFile.find() ? file + ":" + inFile.group(1) : file;
  }
}
