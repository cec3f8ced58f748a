/**
 * The books of a hub or a node: receives what their stores hold, and tells whether everything that
 * was produced is stored, quarantined, declared lost or pending; ingests again what a hub keeps in
 * quarantine.
 */
@NullMarked
package io.ebbmesh.node.books;

import org.jspecify.annotations.NullMarked;
