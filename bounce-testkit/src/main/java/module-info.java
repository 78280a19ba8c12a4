/** Signs provider payloads and builds bounce mails for the tests of hosts, and checks a host's own sink. */
module org.bounce4j.testkit {
    requires static transitive org.jspecify;
    requires transitive org.bounce4j;
    requires transitive org.junit.jupiter.api;
    requires com.fasterxml.jackson.databind;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;

    exports org.bounce4j.testkit;
}
