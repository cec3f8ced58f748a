/** Tests of CSV files and their replay. */
@NullMarked
package io.ebbmesh.node.ingress.csv;

import org.jspecify.annotations.NullMarked;
