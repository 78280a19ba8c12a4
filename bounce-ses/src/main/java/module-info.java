/** Verifies Amazon SNS messages and reads the Amazon SES events in them. */
module org.bounce4j.ses {
    requires static transitive org.jspecify;
    requires transitive org.bounce4j;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires java.naming;
    requires java.net.http;
    requires org.slf4j;

    exports org.bounce4j.ses;
}
