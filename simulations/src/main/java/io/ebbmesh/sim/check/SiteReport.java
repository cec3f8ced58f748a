package io.ebbmesh.sim.check;

/**
 * What a node did while its two neighbours were dead.
 *
 * @param accelerator of the third node: cpu, or none if it can only decide through neighbours
 * @param downSeconds for how long the other two were dead
 * @param produced readings of the third node's source in the whole run
 * @param accepted of these
 * @param acceptedWhileDown between the kills and the restarts
 * @param longestGapSeconds longest time without an acceptance, from the kills until the site was
 *     whole again
 * @param wholeAfterSeconds from the restarts until all three nodes saw three members
 * @param samePid whether the third node's process is still the one that was started
 * @param held whether the promise held
 */
record SiteReport(
    String accelerator,
    int downSeconds,
    int produced,
    int accepted,
    int acceptedWhileDown,
    double longestGapSeconds,
    double wholeAfterSeconds,
    boolean samePid,
    boolean held) {}
