/** Tests of the outbox, and what they share. */
@NullMarked
package io.ebbmesh.sync.insight.outbox;

import org.jspecify.annotations.NullMarked;
