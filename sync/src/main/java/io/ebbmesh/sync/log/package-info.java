/**
 * The segment log below both roads: takes records of many persistence ids from the journal plugin,
 * makes them durable with one write and one sync a group, and hands them back by sequence number.
 */
@NullMarked
package io.ebbmesh.sync.log;

import org.jspecify.annotations.NullMarked;
