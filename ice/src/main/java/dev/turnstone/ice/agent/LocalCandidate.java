package dev.turnstone.ice.agent;

import dev.turnstone.ice.Candidate;

/** A candidate of ours and the base that it is reached through. */
record LocalCandidate(Base base, Candidate candidate) {}
