package org.bounce4j.pop3;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A server that answers lines by a script, one connection after the other. The script gets the command and returns the answer,
 * or null to hang up; the empty text answers nothing.
 */
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server;
    private final Thread thread;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> commands = Collections.synchronizedList(new ArrayList<>());

    public ScriptedServer(String greeting, Function<String, String> script) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread = new Thread(() -> serve(greeting, script), "scripted server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(String greeting, Function<String, String> script) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                open.add(socket);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                OutputStream out = socket.getOutputStream();
                out.write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                String command = in.readLine();
                while (command != null) {
                    commands.add(command);
                    String answer = script.apply(command);
                    if (answer == null) {
                        break;
                    }
                    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                    command = in.readLine();
                }
            } catch (IOException e) {
                // the client hung up, or the test is over
            }
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the lines that clients sent so far. */
    public List<String> commands() {
        return commands;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : List.copyOf(open)) {
            socket.close();
        }
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
