/**
 * The Pekko Persistence plugin on the segment log: takes events and snapshots from persistent
 * actors of both roads, answers when they are durable, and streams them back by query.
 */
@NullMarked
package io.ebbmesh.sync.journal;

import org.jspecify.annotations.NullMarked;
