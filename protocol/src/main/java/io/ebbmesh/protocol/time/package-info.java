/**
 * Time and chance as ports, so that roads never read a clock or draw a random number themselves.
 */
@NullMarked
package io.ebbmesh.protocol.time;

import org.jspecify.annotations.NullMarked;
