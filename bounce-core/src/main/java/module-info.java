/**
 * The bounce event model, the bounce mail parser and classifier, the mailbox scanner and the webhook plumbing.
 *
 * <p>Everything here is stateless or says so; nothing opens a thread, reads a configuration file or discovers a service.
 */
module org.bounce4j {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;

    exports org.bounce4j;
    exports org.bounce4j.mail;
    exports org.bounce4j.mailbox;
    exports org.bounce4j.suppression;
    exports org.bounce4j.webhook;
    // Shared by our adapters, promised to nobody else.
    exports org.bounce4j.internal to
            org.bounce4j.jdbc,
            org.bounce4j.pop3,
            org.bounce4j.sendgrid,
            org.bounce4j.ses;
}
