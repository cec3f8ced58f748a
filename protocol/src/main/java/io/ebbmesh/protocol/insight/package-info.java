/** One result worth keeping, and how results are numbered, held, acknowledged and given up. */
@NullMarked
package io.ebbmesh.protocol.insight;

import org.jspecify.annotations.NullMarked;
