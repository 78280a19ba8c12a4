/** The classification rules and the machine that matches them. */
@NullMarked
package org.bounce4j.internal.classify;

import org.jspecify.annotations.NullMarked;
