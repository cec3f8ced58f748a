/**
 * The accelerator as a port; its drivers are the packages below. Receives batches from {@code
 * infer}.
 */
@NullMarked
package io.ebbmesh.accelerator.device;

import org.jspecify.annotations.NullMarked;
