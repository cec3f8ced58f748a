package io.ebbmesh.node.ingress.csv;

/**
 * One good data row.
 *
 * @param number position of the row in its file; the first data row is 1, and a bad row counts too
 * @param stream sensor, with prefix
 * @param values finite, one per channel
 * @param label text of the label column; empty if there is none
 */
public record CsvRow(long number, String stream, double[] values, String label) {}
