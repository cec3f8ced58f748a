/**
 * Certificates of nodes and hubs: makes them for the command line, loads them and judges a peer's
 * chain for the link. Below both roads; knows neither.
 */
@NullMarked
package io.ebbmesh.sync.pki;

import org.jspecify.annotations.NullMarked;
