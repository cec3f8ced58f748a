/** Tests of the slots with the real driver and small models. */
@NullMarked
package io.ebbmesh.accelerator.slot;

import org.jspecify.annotations.NullMarked;
