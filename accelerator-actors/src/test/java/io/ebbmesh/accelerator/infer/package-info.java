/** Tests of the device's actor, with the real driver and with a scripted device for failures. */
@NullMarked
package io.ebbmesh.accelerator.infer;

import org.jspecify.annotations.NullMarked;
