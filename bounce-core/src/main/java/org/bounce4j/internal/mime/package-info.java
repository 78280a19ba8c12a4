/** The structure of a mail: parts, header fields, transfer encodings, charsets. */
@NullMarked
package org.bounce4j.internal.mime;

import org.jspecify.annotations.NullMarked;
