@NullMarked
package io.ebbmesh.sync.clock;

import org.jspecify.annotations.NullMarked;
