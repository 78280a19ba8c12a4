package org.bounce4j.pop3;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A POP3 server with one mailbox, "user" and "secret" or the token "token", that keeps its mails over connections and plays
 * the servers there are. Set the fields before the first connection.
 */
final class PlayedServer implements AutoCloseable {
    /** What there is, by its UIDL; what Gmail hides is still in it. */
    final Map<String, byte[]> mails = Collections.synchronizedMap(new LinkedHashMap<>());

    final Set<String> hidden = Collections.synchronizedSet(new HashSet<>());
    final List<String> commands = Collections.synchronizedList(new ArrayList<>());
    final List<String> capabilities = new CopyOnWriteArrayList<>(List.of("USER", "UIDL", "TOP", "RESP-CODES"));

    /** Whether what was fetched is hidden at QUIT, and only so many are listed. */
    boolean gmail;

    int listsAtMost = Integer.MAX_VALUE;
    /** Whether what was fetched is deleted at QUIT. */
    boolean deletesFetched;

    String greetingEnd = "\r\n";
    boolean knowsCapa = true;
    boolean knowsUidl = true;
    boolean knowsTop = true;
    boolean knowsUser = true;
    boolean xoauth2InTwoLines;
    long sizeToClaim;
    boolean refusesQuit;
    boolean losesTheAnswerOfQuit;
    String dele = "";
    /** The mail that does not end. */
    String endless = "";
    /** How many RETR it wants to have got before it answers the first one. */
    int answersAfter;

    SSLContext stls;
    String afterStls = "";
    volatile Consumer<String> onCommand = command -> {};

    /** After so many bytes the line is cut, once. */
    volatile long cutAfter = Long.MAX_VALUE;

    final AtomicLong written = new AtomicLong();

    private static final byte[] LINES = "and so on\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicReference<Socket> holder = new AtomicReference<>();

    PlayedServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, "played server: " + name);
        thread.setDaemon(true);
        thread.start();
    }

    static PlayedServer gmail() throws IOException {
        PlayedServer server = new PlayedServer();
        server.gmail = true;
        server.listsAtMost = 250;
        server.capabilities.addAll(List.of("EXPIRE 0", "LOGIN-DELAY 300", "X-GOOGLE-RICO", "SASL PLAIN XOAUTH2"));
        return server;
    }

    /** Returns whether a session has the mailbox, also one whose client hung up a moment ago. */
    boolean isInUse() {
        return holder.get() != null;
    }

    int port() {
        return server.getLocalPort();
    }

    void add(String id, byte[] mail) {
        mails.put(id, mail);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                start("session", () -> {
                    try (socket) {
                        new Session(socket).run();
                    } catch (IOException e) {
                        // the client hung up, or the test is over
                    } finally {
                        holder.compareAndSet(socket, null);
                        open.remove(socket);
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private final class Session {
        private final Socket plain;
        private InputStream in;
        private OutputStream out;
        private String user = "";
        private int waiting;
        private List<String> ids = List.of();
        private final Set<String> fetched = new HashSet<>();
        private final Set<String> deleted = new HashSet<>();

        Session(Socket socket) throws IOException {
            plain = socket;
            in = new BufferedInputStream(socket.getInputStream());
            out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        }

        void run() throws IOException {
            String greeting = gmail ? "+OK Gpop ready for requests" : "+OK ready <1896.697170952@dbc.mtview.ca.us>";
            write((greeting + greetingEnd).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            String command = readLine();
            while (command != null) {
                commands.add(command);
                onCommand.accept(command);
                if (!answer(command)) {
                    break;
                }
                boolean retr = command.startsWith("RETR");
                waiting = retr ? waiting + 1 : 0;
                if (in.available() == 0 && (!retr || waiting >= answersAfter || done(command))) {
                    out.flush();
                }
                command = readLine();
            }
            out.flush();
        }

        private boolean done(String command) {
            return command.equals("RETR " + ids.size());
        }

        private String readLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int b = in.read();
            while (b >= 0 && b != '\n') {
                line.write(b);
                b = in.read();
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            return b < 0 ? null : text.substring(0, text.length() - 1);
        }

        private void say(String line) throws IOException {
            write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        private void write(byte[] bytes) throws IOException {
            long left = cutAfter - written.get();
            if (left < bytes.length) {
                out.write(bytes, 0, (int) left);
                out.flush();
                cutAfter = Long.MAX_VALUE;
                throw new IOException("cut");
            }
            written.addAndGet(bytes.length);
            out.write(bytes);
        }

        private boolean answer(String command) throws IOException {
            String[] words = command.split(" ", 3);
            switch (words[0]) {
                case "CAPA" -> capa();
                case "STLS" -> startTls();
                case "USER" -> {
                    user = words[1];
                    say(knowsUser ? "+OK" : "-ERR unknown command");
                }
                case "PASS" -> logIn(user.equals("user") && command.substring(5).equals("secret"));
                case "APOP" -> logIn(words[2].equals(md5("<1896.697170952@dbc.mtview.ca.us>secret")));
                case "AUTH" -> auth(words);
                case "QUIT" -> {
                    quit();
                    return false;
                }
                default -> transaction(words);
            }
            return true;
        }

        private void capa() throws IOException {
            if (!knowsCapa) {
                say("-ERR unknown command");
                return;
            }
            say("+OK");
            for (String line : capabilities) {
                say(line);
            }
            say(".");
        }

        private void startTls() throws IOException {
            if (stls == null) {
                say("-ERR no TLS here");
                return;
            }
            write(("+OK begin\r\n" + afterStls).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            SSLSocket secure = (SSLSocket) stls.getSocketFactory().createSocket(plain, null, plain.getPort(), false);
            secure.setUseClientMode(false);
            in = new BufferedInputStream(secure.getInputStream());
            out = new BufferedOutputStream(secure.getOutputStream());
        }

        private void auth(String[] words) throws IOException {
            boolean xoauth2 = words[1].equals("XOAUTH2");
            String message = words.length > 2 ? words[2] : null;
            if (message != null && xoauth2 && xoauth2InTwoLines) {
                say("-ERR Protocol error. 18");
                return;
            }
            if (message == null) {
                say("+ ");
                out.flush();
                message = readLine();
                commands.add(message);
            }
            String text = new String(Base64.getDecoder().decode(message), StandardCharsets.UTF_8);
            if (text.equals(xoauth2 ? "user=user\1auth=Bearer token\1\1" : "\0user\0secret")) {
                logIn(true);
                return;
            }
            if (xoauth2) {
                String json = "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"https://mail.example.com/\"}";
                say("+ " + Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
                out.flush();
                commands.add("(" + readLine() + ")");
            }
            logIn(false);
        }

        private void logIn(boolean good) throws IOException {
            if (!good) {
                say("-ERR [AUTH] no");
            } else if (!holder.compareAndSet(null, plain)) {
                say("-ERR [IN-USE] another session has the mailbox");
            } else {
                synchronized (mails) {
                    ids = mails.keySet().stream()
                            .filter(id -> !hidden.contains(id))
                            .limit(listsAtMost)
                            .toList();
                }
                say("+OK welcome");
            }
        }

        private void transaction(String[] words) throws IOException {
            if (holder.get() != plain) {
                say("-ERR log in first");
                return;
            }
            switch (words[0]) {
                case "UIDL" -> {
                    if (knowsUidl) {
                        list(false);
                    } else {
                        say("-ERR unknown command");
                    }
                }
                case "LIST" -> list(true);
                case "STAT" -> say("+OK " + ids.size() + " 1000");
                case "NOOP" -> say("+OK");
                case "RETR" -> {
                    String id = id(words);
                    fetched.add(id);
                    say("+OK");
                    while (id.equals(endless)) {
                        out.write(LINES);
                    }
                    text(mails.get(id), Integer.MAX_VALUE);
                }
                case "TOP" -> {
                    if (knowsTop) {
                        say("+OK");
                        text(mails.get(id(words)), Integer.parseInt(words[2]));
                    } else {
                        say("-ERR unknown command");
                    }
                }
                case "DELE" -> {
                    boolean refused = dele.equals(id(words));
                    if (!refused) {
                        deleted.add(id(words));
                    }
                    say(refused ? "-ERR not this one" : "+OK");
                }
                default -> say("-ERR unknown command");
            }
        }

        private String id(String[] words) {
            return ids.get(Integer.parseInt(words[1]) - 1);
        }

        private void list(boolean sizes) throws IOException {
            say("+OK");
            for (int i = 0; i < ids.size(); i++) {
                long size = sizeToClaim > 0 ? sizeToClaim : mails.get(ids.get(i)).length;
                say((i + 1) + " " + (sizes ? String.valueOf(size) : ids.get(i)));
            }
            say(".");
        }

        private void text(byte[] mail, int bodyLines) throws IOException {
            String text = new String(mail, StandardCharsets.ISO_8859_1);
            boolean body = false;
            int left = bodyLines;
            for (String line : text.split("\r\n", -1)) {
                if (body && left-- <= 0) {
                    break;
                }
                body |= line.isEmpty();
                say(line.startsWith(".") ? "." + line : line);
            }
            say(".");
        }

        private void quit() throws IOException {
            if (holder.get() != plain) {
                say("+OK bye");
                return;
            }
            if (refusesQuit) {
                say("-ERR some deleted messages not removed");
                return;
            }
            mails.keySet().removeAll(deleted);
            if (gmail) {
                hidden.addAll(fetched);
            }
            if (deletesFetched) {
                mails.keySet().removeAll(fetched);
            }
            holder.set(null);
            if (!losesTheAnswerOfQuit) {
                say("+OK bye");
            }
        }
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
