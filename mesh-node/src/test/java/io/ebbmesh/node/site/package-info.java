/** Receives sites of several nodes on loopback; shows what they do when nodes and the LAN fail. */
@NullMarked
package io.ebbmesh.node.site;

import org.jspecify.annotations.NullMarked;
