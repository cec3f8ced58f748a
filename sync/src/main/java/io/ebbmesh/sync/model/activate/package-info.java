/**
 * Decides which release serves: takes candidates whose file is whole from {@code fetch}, tries
 * their golden inputs, flips a durable pointer and tells those who serve.
 */
@NullMarked
package io.ebbmesh.sync.model.activate;

import org.jspecify.annotations.NullMarked;
