/**
 * Names of the moments at which a crash is tried. Told by both roads and by what lies below them;
 * hands nothing on.
 */
@NullMarked
package io.ebbmesh.sync.failpoint;

import org.jspecify.annotations.NullMarked;
