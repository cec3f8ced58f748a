package io.ebbmesh.node.config;

import java.util.List;

/** Settings that cannot be used; the message has a line for each problem. */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  SettingsException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
  }
}
