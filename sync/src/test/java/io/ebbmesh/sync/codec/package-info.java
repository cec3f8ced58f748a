/** Tests of the byte forms: what was written once is read for good. */
@NullMarked
package io.ebbmesh.sync.codec;

import org.jspecify.annotations.NullMarked;
