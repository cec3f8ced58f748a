/**
 * The only importer of generated protobuf: takes records, gives bytes for the wire and for keeping,
 * and the other way round with every limit checked first.
 */
@NullMarked
package io.ebbmesh.protocol.codec;

import org.jspecify.annotations.NullMarked;
