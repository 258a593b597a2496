package dev.turnstone.interop;

/** With libdatachannel, in C++ with usrsctp below it. */
class LibdatachannelTest extends StackScenarios {
  LibdatachannelTest() {
    super(Stack.LIBDATACHANNEL);
  }
}
