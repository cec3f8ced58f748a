package io.ebbmesh.accelerator.infer;

import io.ebbmesh.protocol.site.InferenceAnswer;

/**
 * The one answer to each {@link DeviceActor.Infer}.
 *
 * @param token as given with the request
 * @param credit places that were free in the queue: how many more requests will not be {@code BUSY}
 */
public record Answered(long token, InferenceAnswer answer, int credit) {}
