/**
 * One actor owns one device: bounded queue, batches, admission. Receives requests from pipelines
 * and neighbours and releases from {@code slot}; hands batches to {@code device} and answers to who
 * asked.
 */
@NullMarked
package io.ebbmesh.accelerator.infer;

import org.jspecify.annotations.NullMarked;
