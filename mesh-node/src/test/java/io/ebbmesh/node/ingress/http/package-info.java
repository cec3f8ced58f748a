/**
 * Receives answers of a bound listener through a real client; the pipeline behind it is scripted.
 */
@NullMarked
package io.ebbmesh.node.ingress.http;

import org.jspecify.annotations.NullMarked;
