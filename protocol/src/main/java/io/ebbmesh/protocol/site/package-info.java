/** What neighbours on one LAN ask of each other: inference by deadline. */
@NullMarked
package io.ebbmesh.protocol.site;

import org.jspecify.annotations.NullMarked;
