package io.ebbmesh.node.detector;

/**
 * A reading with what is known of it.
 *
 * @param stream which sensor
 * @param temperature degrees Celsius
 * @param humidity relative, in percent
 * @param event whether it was labelled as an event; only evaluation looks at it
 */
public record LabelledReading(String stream, double temperature, double humidity, boolean event) {}
