package org.bounce4j.examples.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs the demonstration. */
@Command(
        name = "demo",
        description =
                "Sends bounces by POP3, SES, SendGrid and JSON, genuine and forged, through real servers on this machine"
                        + " into an embedded database, and shows what became of them.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (Demo demo = new Demo(out)) {
            return demo.run() ? 0 : 1;
        }
    }
}
