/**
 * The processor as an accelerator, through ONNX Runtime. Receives batches from {@code infer} and
 * hands them to the runtime's native code.
 */
@NullMarked
package io.ebbmesh.accelerator.device.onnx;

import org.jspecify.annotations.NullMarked;
