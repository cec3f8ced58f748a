/**
 * One actor owns one device: bounded queue, batches, admission. Receives requests from pipelines
 * and neighbours; hands batches to {@code device} and answers to who asked.
 */
@NullMarked
package io.ebbmesh.accelerator.infer;

import org.jspecify.annotations.NullMarked;
