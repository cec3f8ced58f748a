@NullMarked
package io.ebbmesh.sync.link.netty;

import org.jspecify.annotations.NullMarked;
