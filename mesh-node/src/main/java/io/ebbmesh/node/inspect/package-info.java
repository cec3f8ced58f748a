/**
 * Looks at what a stopped node or a hub keeps, without changing it. Receives a folder from the
 * command line; hands back text for people.
 */
@NullMarked
package io.ebbmesh.node.inspect;

import org.jspecify.annotations.NullMarked;
