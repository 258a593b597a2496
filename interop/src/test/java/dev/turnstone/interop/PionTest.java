package dev.turnstone.interop;

/** With Pion, in Go. */
class PionTest extends StackScenarios {
  PionTest() {
    super(Stack.PION);
  }
}
