package io.ebbmesh.sync.model.activate;

import io.ebbmesh.protocol.model.ModelManifest;
import java.nio.file.Path;

/**
 * This release serves from now on; told at each activation and at each start.
 *
 * @param variant the file's kind, among those of the manifest
 * @param file stays where it is until the next release but one serves
 */
public record Serve(ModelManifest manifest, ModelManifest.Variant variant, Path file) {}
