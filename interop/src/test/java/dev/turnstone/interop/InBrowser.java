package dev.turnstone.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The browser in which the scenarios of a test class run. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface InBrowser {
  /** Which one. */
  BrowserKind value();

  /** What to add to Chromium's command line; Firefox has preferences instead. */
  String[] flags() default {};
}
