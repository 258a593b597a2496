package dev.turnstone.sdp;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedDescriptionsTest {
  private static final List<String> GOOD =
      List.of(
          "v=0",
          "o=- 1 2 IN IP4 127.0.0.1",
          "s=-",
          "t=0 0",
          "a=group:BUNDLE 0",
          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
          "c=IN IP4 0.0.0.0",
          "a=mid:0");

  private static SdpException refused(String text) {
    return assertThrows(SdpException.class, () -> Sdp.parse(text));
  }

  @Test
  void theGoodOneIsGood() {
    assertDoesNotThrow(() -> Sdp.parse(String.join("\r\n", GOOD)));
  }

  /** Each row puts one line in the place of a good one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | v=1                              | expected version 0",
        "1 | V=0                              | expected a lower-case letter and an equals sign",
        "1 | v                                | expected a lower-case letter and an equals sign",
        "1 | v =0                             | expected a lower-case letter and an equals sign",
        "1 | s=-                              | expected v=",
        "2 | s=-                              | expected o=",
        "2 | o=- 1 2 IN IP4                   | expected a user name, session id",
        "2 | o=- one 2 IN IP4 h               | expected a user name, session id",
        "2 | o=- 1 -2 IN IP4 h                | expected a user name, session id",
        "2 | m=audio 9 RTP/AVP 0              | expected o=",
        "3 | t=0 0                            | expected s=",
        "4 | t=0                              | expected a start and a stop time",
        "4 | t=now later                      | expected a start and a stop time",
        "5 | v=0                              | expected only one v= line",
        "5 | s=again                          | expected only one s= line",
        "5 | a=                               | expected an attribute's name",
        "5 | a=:x                             | expected an attribute's name",
        "5 | a=two words:x                    | expected an attribute's name",
        "5 | a=group:                         | expected the semantics of the group",
        "5 | a=fingerprint:sha-256            | expected a hash function's name",
        "5 | a=fingerprint:sha-256 AA BB      | expected a hash function's name",
        "5 | a=fingerprint                    | expected a hash function's name",
        "5 | c=IN IP4                         | expected a network type",
        "6 | m=application                    | expected a medium",
        "6 | m=application 9 UDP/DTLS/SCTP    | expected a medium",
        "6 | m=application 65536 UDP x        | expected a port in the m= line, 0 to 65535",
        "6 | m=application -1 UDP x           | expected a port in the m= line, 0 to 65535",
        "6 | m=application 9/0x2 UDP x        | expected a number of ports in the m= line",
        "6 | m=application 9/ UDP x           | expected a number of ports in the m= line",
        "6 | m=app/lication 9 UDP x           | expected a medium",
        "7 | c=IN IP4 0.0.0.0 extra           | expected a network type",
        "8 | v=0                              | expected no v= behind the first m=",
        "8 | t=0 0                            | expected no t= behind the first m=",
        "8 | a=mid:                           | expected a token",
        "8 | a=mid                            | expected a token",
        "8 | a=mid:a b                        | expected a token",
        "8 | a=setup:both                     | expected active, passive, actpass or holdconn",
        "8 | a=setup                          | expected active, passive, actpass or holdconn",
        "8 | a=ice-ufrag:abc                  | expected a user name fragment of 4 to 256 ice-chars",
        "8 | a=ice-ufrag:ab:cd                | expected a user name fragment of 4 to 256 ice-chars",
        "8 | a=sctp-port:65536                | expected an SCTP port, 0 to 65535",
        "8 | a=sctp-port:five                 | expected an SCTP port, 0 to 65535",
        "8 | a=sctp-port:9999999999999999999  | expected an SCTP port, 0 to 65535",
        "8 | a=max-message-size:-1            | expected a number of bytes",
        "8 | a=max-message-size:64k           | expected a number of bytes",
        "8 | a=sctpmap:5000                   | expected an SCTP port and an application",
        "8 | a=sctpmap:x webrtc-datachannel 1 | expected an SCTP port",
        "8 | a=candidate:                     | expected a candidate",
        "8 | a=sctp-init                      | expected an INIT chunk",
        "8 | a=sctp-init:AQAA*AAA             | expected an INIT chunk in base64",
        "8 | a=sctp-init:AQA=AAAA             | expected an INIT chunk in base64",
        "8 | a=sctp-init:AQ AA                | expected an INIT chunk in base64",
        "8 | a=sctp-init:A                    | expected an INIT chunk in base64",
        "8 | a=sctp-init:_-__                 | expected an INIT chunk in base64",
      })
  void theWrongLineIsNamed(int lineNumber, String wrong, String expected) {
    List<String> lines = new ArrayList<>(GOOD);
    lines.set(lineNumber - 1, wrong);
    for (String terminator : List.of("\r\n", "\n")) {
      SdpException refused = refused(String.join(terminator, lines) + terminator);
      assertEquals(lineNumber, refused.lineNumber(), refused.getMessage());
      assertEquals(wrong, refused.line());
      assertTrue(
          refused.getMessage().startsWith("SDP line " + lineNumber + ": " + expected),
          refused.getMessage());
    }
  }

  @Test
  void aTextThatEndsEarlySaysWhatIsMissing() {
    assertEquals("SDP line 1: expected v= but the text ends", refused("").getMessage());
    assertEquals("SDP line 1: expected v= but the text ends", refused("\r\n").getMessage());
    assertEquals("SDP line 2: expected o= but the text ends", refused("v=0\r\n").getMessage());
    SdpException noTiming = refused(String.join("\n", GOOD.subList(0, 3)));
    assertEquals(4, noTiming.lineNumber());
    assertEquals("", noTiming.line());
  }

  @Test
  void aMissingTimingIsNoticedAtTheFirstSection() {
    List<String> lines = new ArrayList<>(GOOD);
    lines.remove(3);
    SdpException refused = refused(String.join("\n", lines));
    assertEquals(5, refused.lineNumber());
  }

  @Test
  void emptyLinesInTheMiddleAreRefused() {
    List<String> lines = new ArrayList<>(GOOD);
    lines.add(6, "");
    assertEquals(7, refused(String.join("\r\n", lines)).lineNumber());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=x:\0", "a=x:\ry"})
  void controlCharactersInsideALineAreRefused(String line) {
    SdpException refused = refused(String.join("\r\n", GOOD) + "\r\n" + line + "\r\na=y");
    assertEquals(9, refused.lineNumber());
    assertEquals("a=x:?", refused.line().substring(0, 5));
  }

  @Test
  void twoSectionsMustNotShareAMid() {
    String section = String.join("\n", GOOD.subList(5, 8));
    assertEquals(11, refused(String.join("\n", GOOD) + "\n" + section).lineNumber());
  }

  @Test
  void nothingGrowsWithoutBound() {
    String good = String.join("\n", GOOD) + "\n";
    SdpException tooLong = refused(good + "a=x\n".repeat(SdpParser.MAX_LENGTH / 4));
    assertEquals(0, tooLong.lineNumber());
    assertEquals("SDP: expected at most 262144 characters", tooLong.getMessage());

    SdpException tooManyLines = refused(good + "a=x\n".repeat(SdpParser.MAX_LINES));
    assertEquals(SdpParser.MAX_LINES + 1, tooManyLines.lineNumber());

    SdpException longLine = refused(good + "a=x:" + "y".repeat(SdpParser.MAX_LINE_LENGTH));
    assertEquals(9, longLine.lineNumber());
    assertTrue(longLine.line().length() < 130 && longLine.getMessage().length() < 250);

    SdpException tooManySections = refused(good + "m=a 0 b c\n".repeat(SdpParser.MAX_MEDIA));
    assertEquals(8 + SdpParser.MAX_MEDIA, tooManySections.lineNumber());
  }

  @Test
  void passwordsAndKeysAreNotQuoted() {
    String head = String.join("\n", GOOD) + "\n";
    List<String> lines =
        List.of(
            "a=ice-pwd:s3cret",
            "a=ICE-PWD s3cret",
            "ice-pwd:s3cret",
            "a= ice-pwd:s3cret",
            "a=x y crypto:1 s3cret",
            "k=clear:s3cret\0",
            "a=b c inline:s3cret");
    for (String line : lines) {
      SdpException refused = refused(head + line);
      assertEquals(9, refused.lineNumber());
      assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
      assertFalse(refused.line().contains("s3cret"), refused.line());
    }
    String attribute = new SdpAttribute("ice-pwd", "s3cret").toString();
    assertFalse(attribute.contains("s3cret"), attribute);
  }

  @Test
  void quotedLinesArePrintable() {
    assertEquals(
        "a=??? ?", refused(String.join("\n", GOOD) + "\na=\u001b\u0007\u00e9 \u4e2d").line());
  }

  @Test
  void mutationsAreReadOrRefusedAndNothingElse() {
    List<String> names = Captured.names();
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      String text = Captured.text(names.get(random.nextInt(names.size())));
      if (text.length() > 2000 && seed % 20 != 0) {
        continue;
      }
      String mutated = mutate(text, random);
      try {
        Sdp sdp = Sdp.parse(mutated);
        touch(sdp);
        sdp.media().forEach(MalformedDescriptionsTest::touch);
        assertEquals(sdp, Sdp.parse(sdp.toString()), "seed " + seed);
      } catch (SdpException refused) {
        assertTrue(refused.lineNumber() <= mutated.lines().count() + 1, "seed " + seed);
      } catch (RuntimeException wrong) {
        throw new AssertionError("seed " + seed, wrong);
      }
    }
  }

  private static String mutate(String text, Random random) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(out.length());
      switch (random.nextInt(6)) {
        case 0 -> out.setCharAt(at, (char) random.nextInt(128));
        case 1 -> out.deleteCharAt(at);
        case 2 -> out.insert(at, (char) random.nextInt(0x10000));
        case 3 -> out.delete(at, Math.min(out.length(), at + random.nextInt(60)));
        case 4 ->
            out.insert(at, out.substring(at, Math.min(out.length(), at + random.nextInt(60))));
        default -> {
          int line = out.indexOf("\n", at);
          if (line >= 0) {
            out.insert(
                line + 1, text.lines().skip(random.nextInt(10)).findFirst().orElse("") + "\n");
          }
        }
      }
      if (out.length() == 0) {
        out.append('v');
      }
    }
    return out.toString();
  }

  /** Calls every accessor that reads a value. */
  private static void touch(SdpSection section) {
    section.connection();
    section.setup();
    section.fingerprints();
    section.iceUfrag();
    section.icePwd();
    section.iceOptions();
    section.direction();
    if (section instanceof Sdp sdp) {
      sdp.origin();
      sdp.sessionName();
      sdp.groups();
      sdp.dataChannelSection();
    } else if (section instanceof SdpMedia media) {
      media.mid();
      media.candidates();
      media.sctpPort();
      media.maxMessageSize();
      media.sctpInit();
      media.isRejected();
      media.isDataChannelSection();
    }
  }
}
