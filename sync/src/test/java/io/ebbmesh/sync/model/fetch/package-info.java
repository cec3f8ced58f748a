@NullMarked
package io.ebbmesh.sync.model.fetch;

import org.jspecify.annotations.NullMarked;
