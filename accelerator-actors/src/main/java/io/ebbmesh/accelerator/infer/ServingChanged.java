package io.ebbmesh.accelerator.infer;

import org.jspecify.annotations.Nullable;

/**
 * What a device does for a model now; sent to each watcher at once and after each change.
 *
 * @param release the release that serves, or null if none was loaded yet
 * @param deviceOk whether requests are being decided; if not, they are answered {@code NO_DEVICE}
 */
public record ServingChanged(String model, @Nullable Long release, boolean deviceOk) {}
