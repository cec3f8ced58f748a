/**
 * The unit of durability: a run of insights of one lane, encoded by column; what the outbox writes,
 * the uplink sends and the hub stores, byte for byte.
 */
@NullMarked
package io.ebbmesh.protocol.block;

import org.jspecify.annotations.NullMarked;
