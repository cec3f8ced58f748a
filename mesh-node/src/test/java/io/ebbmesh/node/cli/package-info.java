@NullMarked
package io.ebbmesh.node.cli;

import org.jspecify.annotations.NullMarked;
