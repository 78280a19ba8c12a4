/** One small file per format of bounce mail; adding one touches only the list in {@code Detectors}. */
@NullMarked
package org.bounce4j.internal.detect;

import org.jspecify.annotations.NullMarked;
