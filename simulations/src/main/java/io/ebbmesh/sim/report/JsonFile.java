package io.ebbmesh.sim.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes records as JSON, component names as keys. */
public final class JsonFile {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonFile() {}

  /** Checks before a long run that its report can be written. */
  public static void requireWritable(@Nullable Path file) {
    if (file == null) {
      return;
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isWritable(parent) || Files.isDirectory(file)) {
      throw new UserErrorException(
          "cannot write the report " + file + ": name a file in a folder that can be written");
    }
  }

  /** Writes to a file; without one nothing is written. */
  public static void write(@Nullable Path file, Object value) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, render(value) + System.lineSeparator());
    } catch (IOException e) {
      throw new UserErrorException("cannot write the report " + file + ": " + e.getMessage(), e);
    }
  }

  public static String render(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a record of plain values: " + value, e);
    }
  }
}
