package org.bounce4j.examples.demo;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.util.Properties;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.pop3.Credentials;
import org.bounce4j.pop3.Pop3Mailbox;

/** A real POP3 server with a bounce mailbox. */
final class DemoMailbox implements AutoCloseable {
    private static final String USER = "bounces";
    private static final String PASSWORD = "secret";

    private final GreenMail server = new GreenMail(ServerSetup.POP3.dynamicPort());
    private final GreenMailUser user;

    DemoMailbox() {
        server.start();
        user = server.setUser("bounces@example.org", USER, PASSWORD);
    }

    Mailbox mailbox() {
        return Pop3Mailbox.builder("127.0.0.1", Credentials.password(USER, PASSWORD))
                .port(server.getPop3().getPort())
                // the server of this demonstration has no certificate; in earnest leave this line out
                .insecurePlaintext()
                .build();
    }

    void deliver(byte[] mail) throws MessagingException {
        user.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail)));
    }

    void empty() throws Exception {
        server.purgeEmailFromAllMailboxes();
    }

    @Override
    public void close() {
        server.stop();
    }
}
