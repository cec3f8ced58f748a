/**
 * What a simulated run looked like. Receives every change of a link, fault and insight from the
 * simulator while it runs, folds them into a fixed number of buckets, and hands on one HTML page
 * that needs nothing but a browser.
 */
@NullMarked
package io.ebbmesh.sim.scenario.report;

import org.jspecify.annotations.NullMarked;
