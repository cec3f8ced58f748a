/** The wire as a port: frames between one node and its hub. Below both roads; knows neither. */
@NullMarked
package io.ebbmesh.sync.link;

import org.jspecify.annotations.NullMarked;
