/** One bounce on every path, end to end, on servers that the demonstration starts itself. */
@NullMarked
package org.bounce4j.examples.demo;

import org.jspecify.annotations.NullMarked;
