/** Shared by our modules, promised to nobody. */
@NullMarked
package org.bounce4j.internal;

import org.jspecify.annotations.NullMarked;
