package dev.turnstone.interop;

/** With werift, in JavaScript alone. */
class WeriftTest extends StackScenarios {
  WeriftTest() {
    super(Stack.WERIFT);
  }
}
