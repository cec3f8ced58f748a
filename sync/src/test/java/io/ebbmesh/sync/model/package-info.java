@NullMarked
package io.ebbmesh.sync.model;

import org.jspecify.annotations.NullMarked;
