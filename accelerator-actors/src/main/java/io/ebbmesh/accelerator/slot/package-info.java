/**
 * Which release of which model serves. Receives verified files from the node's model adapter and
 * requests from pipelines and neighbours; hands both to the actors of {@code infer}.
 */
@NullMarked
package io.ebbmesh.accelerator.slot;

import org.jspecify.annotations.NullMarked;
