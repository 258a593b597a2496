package dev.turnstone.benchmarks.report;

import java.util.List;

/**
 * One process to run and one cell, or more, of a table.
 *
 * @param section whose row it is
 * @param work what the row is called
 * @param contender whose column it is
 * @param command all its words
 */
record Job(Section section, String work, String contender, List<String> command) {}
