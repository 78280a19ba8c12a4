package org.bounce4j.internal.mime;

import java.util.List;

/**
 * Holds the groups of fields of a report.
 *
 * @param groups the groups, none of them empty
 * @param cut whether there were more groups than are read
 */
public record FieldGroups(List<Headers> groups, boolean cut) {}
