/**
 * Receives readings as JSON over HTTP, hands them to the {@link
 * io.ebbmesh.node.ingress.ReadingSink} and answers when their insights are durable; tells the
 * status of the node.
 */
@NullMarked
package io.ebbmesh.node.ingress.http;

import org.jspecify.annotations.NullMarked;
