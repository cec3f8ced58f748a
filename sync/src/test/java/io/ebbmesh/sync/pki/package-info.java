@NullMarked
package io.ebbmesh.sync.pki;

import org.jspecify.annotations.NullMarked;
