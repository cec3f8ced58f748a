/**
 * Receives rows of a CSV file, at a chosen speed, and hands each as a reading to {@code pipeline};
 * goes on after the last durable row.
 */
@NullMarked
package io.ebbmesh.node.ingress.csv;

import org.jspecify.annotations.NullMarked;
