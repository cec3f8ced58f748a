/**
 * The file system as a port: everything that must survive a power cut goes through {@link
 * io.ebbmesh.sync.storage.Storage}. Below both roads; knows neither.
 */
@NullMarked
package io.ebbmesh.sync.storage;

import org.jspecify.annotations.NullMarked;
