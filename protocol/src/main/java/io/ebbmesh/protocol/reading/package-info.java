/**
 * What enters the road: readings from ingress adapters and the tensors that pipelines make of them
 * for an accelerator.
 */
@NullMarked
package io.ebbmesh.protocol.reading;

import org.jspecify.annotations.NullMarked;
