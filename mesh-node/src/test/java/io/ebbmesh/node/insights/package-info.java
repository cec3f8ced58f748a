/** The commands that read a hub, run on real stores. */
@NullMarked
package io.ebbmesh.node.insights;

import org.jspecify.annotations.NullMarked;
