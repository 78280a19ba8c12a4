package org.bounce4j.jakarta;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;

/**
 * Gives the messages of a host's Jakarta Mail to the bounce mail parser: its bytes, as they arrived, and not what Jakarta Mail
 * makes of them, because bounces break the rules of MIME in ways that it gives up on.
 *
 * <pre>{@code
 * BounceMail bounce = MimeMessages.parse(message);
 * bounce.batch().deliverTo(sink);
 * }</pre>
 */
public final class MimeMessages {
    private MimeMessages() {}

    /**
     * Reads a message with the usual settings.
     *
     * @param message a message of a folder, or one that was read from a stream; reading a message of an IMAP folder marks it
     *     as seen, unless {@code mail.imap.peek} is set
     * @return what it is and says; {@link BounceMail#truncated()} where the message is larger than the parser reads
     * @throws MessagingException if the message cannot be had: its folder is closed, the server has gone, it was deleted
     * @throws IOException if the connection failed
     */
    public static BounceMail parse(Message message) throws MessagingException, IOException {
        return parse(message, BounceMessageParser.standard());
    }

    /**
     * Reads a message.
     *
     * @param message a message of a folder, or one that was read from a stream; reading a message of an IMAP folder marks it
     *     as seen, unless {@code mail.imap.peek} is set
     * @param parser reads it, and says how much of it
     * @return what it is and says; {@link BounceMail#truncated()} where the message is larger than the parser reads
     * @throws MessagingException if the message cannot be had: its folder is closed, the server has gone, it was deleted
     * @throws IOException if the connection failed
     */
    public static BounceMail parse(Message message, BounceMessageParser parser) throws MessagingException, IOException {
        Beginning beginning = new Beginning(parser.maxBytes());
        try {
            message.writeTo(beginning);
        } catch (IOException | MessagingException e) {
            if (!beginning.full) {
                throw e;
            }
        }
        byte[] bytes = beginning.bytes.toByteArray();
        return beginning.full ? parser.parseBeginning(bytes) : parser.parse(bytes);
    }

    /** Keeps the beginning of what is written and refuses the rest, so that nobody goes on fetching it. */
    private static final class Beginning extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int max;
        private boolean full;

        private Beginning(int max) {
            this.max = max;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int room = max - bytes.size();
            bytes.write(from, offset, Math.min(room, length));
            if (length > room) {
                full = true;
                throw new IOException("The message is larger than the " + max + " bytes that are read of it");
            }
        }
    }
}
