/** A strict POP3 session for bounce mailboxes, and the bridge to a host's Jakarta Mail. */
module org.bounce4j.pop3 {
    requires static transitive org.jspecify;
    requires transitive org.bounce4j;
    requires transitive jakarta.mail;
    requires org.eclipse.angus.mail;
    requires org.slf4j;

    exports org.bounce4j.jakarta;
    exports org.bounce4j.pop3;
}
