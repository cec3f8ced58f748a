/** What a hub says and refuses. */
@NullMarked
package io.ebbmesh.node.hub;

import org.jspecify.annotations.NullMarked;
