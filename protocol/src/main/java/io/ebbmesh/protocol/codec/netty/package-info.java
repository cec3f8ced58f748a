/**
 * Frames in a Netty pipeline: takes bytes from TLS and hands frames to the link, and the other way
 * round.
 */
@NullMarked
package io.ebbmesh.protocol.codec.netty;

import org.jspecify.annotations.NullMarked;
