/** A command line and a servlet host made of the public API alone: read it, copy it, change it. */
@NullMarked
package org.bounce4j.examples;

import org.jspecify.annotations.NullMarked;
