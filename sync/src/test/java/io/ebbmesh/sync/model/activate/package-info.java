@NullMarked
package io.ebbmesh.sync.model.activate;

import org.jspecify.annotations.NullMarked;
