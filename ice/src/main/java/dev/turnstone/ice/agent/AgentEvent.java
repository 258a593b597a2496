package dev.turnstone.ice.agent;

import dev.turnstone.ice.CandidatePair;
import dev.turnstone.ice.IceState;

/** What an agent has to tell. */
public sealed interface AgentEvent {

  /**
   * The state changed.
   *
   * @param state the new one
   * @param reason a short text that holds no secret
   */
  record StateChanged(IceState state, String reason) implements AgentEvent {}

  /**
   * Data goes over this path from now on.
   *
   * @param path where it goes
   * @param candidates the pair, as both sides signal it
   */
  record PathSelected(Path path, CandidatePair candidates) implements AgentEvent {}

  /** The generation before a restart is over: what only it used may be closed. */
  record PreviousGenerationEnded() implements AgentEvent {}
}
