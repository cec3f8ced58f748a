/** Both halves of a session as tables, and their actors over a link in memory. */
@NullMarked
package io.ebbmesh.sync.session;

import org.jspecify.annotations.NullMarked;
