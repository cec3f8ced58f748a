/** The wire in memory, for tests of what uses it. */
@NullMarked
package io.ebbmesh.sync.link;

import org.jspecify.annotations.NullMarked;
