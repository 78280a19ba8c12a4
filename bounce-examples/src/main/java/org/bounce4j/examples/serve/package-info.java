/** {@code ./bounce serve}: every endpoint, an API and a page in one process. */
@NullMarked
package org.bounce4j.examples.serve;

import org.jspecify.annotations.NullMarked;
