package io.ebbmesh.protocol.model;

import java.util.regex.Pattern;

/**
 * One numbered version of a model.
 *
 * @param model name of the model
 * @param release ascends with each publication, from 1
 */
public record ModelRelease(String model, long release) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");

  public ModelRelease {
    if (!NAME.matcher(model).matches()) {
      throw new IllegalArgumentException(
          "model name '" + model + "' must be 1 to 63 of a-z, 0-9, '.', '_' and '-'");
    }
    if (release < 1) {
      throw new IllegalArgumentException(
          "release of model '" + model + "' must be at least 1, not " + release);
    }
  }

  /** {@code name@release}. */
  @Override
  public String toString() {
    return model + "@" + release;
  }
}
