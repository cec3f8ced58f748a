/** Tests of the detector: features, training, evaluation. */
@NullMarked
package io.ebbmesh.node.detector;

import org.jspecify.annotations.NullMarked;
