/** What is read of stopped and damaged stores. */
@NullMarked
package io.ebbmesh.node.inspect;

import org.jspecify.annotations.NullMarked;
