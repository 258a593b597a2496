package dev.turnstone.ice.agent;

/** What became of what arrived. */
final class AgentCounters {
  long checksAccepted;
  long malformed;
  long unauthenticated;
  long overflow;
  long roleConflicts;
}
