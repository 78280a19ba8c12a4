/** Verifies and reads SendGrid's signed event webhook. */
module org.bounce4j.sendgrid {
    requires static transitive org.jspecify;
    requires transitive org.bounce4j;
    requires org.bouncycastle.provider;

    exports org.bounce4j.sendgrid;
}
