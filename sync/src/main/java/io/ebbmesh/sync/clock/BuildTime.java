package io.ebbmesh.sync.clock;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Properties;

/** When this program was built: no clock of a machine that runs it can rightly be earlier. */
public final class BuildTime {

  private static final String RESOURCE = "build.properties";

  private BuildTime() {}

  /** Milliseconds since 1970; 0 if the build did not say. */
  public static long millis() {
    Properties build = new Properties();
    try (InputStream in = BuildTime.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        return 0;
      }
      build.load(in);
      return Instant.parse(build.getProperty("build.timestamp", "")).toEpochMilli();
    } catch (IOException | DateTimeParseException e) {
      return 0;
    }
  }
}
