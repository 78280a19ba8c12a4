package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every {@code curl} of the README and the pages as it is written, page by page, with curl itself. */
@Timeout(60)
class DocumentedRequestsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String ADDRESS = "localhost:9000";

    /** A page and its requests. */
    record Page(String name, List<String> requests) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Page> pages() throws IOException {
        List<Path> files = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
        }
        List<Page> pages = new ArrayList<>();
        for (Path file : files) {
            List<String> requests = requests(Files.readAllLines(file));
            if (!requests.isEmpty()) {
                pages.add(new Page(ROOT.relativize(file).toString(), requests));
            }
        }
        return pages;
    }

    private static List<String> requests(List<String> lines) {
        List<String> requests = new ArrayList<>();
        StringBuilder request = null;
        boolean script = false; // needs a server of another kind, see DocumentedSignatureTest
        for (String line : lines) {
            if (line.startsWith("```")) {
                script = line.equals("```sh");
            }
            if (!script && request == null && line.startsWith("curl ")) {
                request = new StringBuilder();
            }
            if (request != null) {
                request.append(line).append('\n');
                if (!line.endsWith("\\")) {
                    requests.add(request.toString());
                    request = null;
                }
            }
        }
        return requests;
    }

    @Test
    void thereAreRequests() throws IOException {
        assertThat(pages()).extracting(Page::name).contains("README.md", "docs/json.md", "docs/serve.md");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void runsAsWritten(Page page) throws Exception {
        assumeTrue(isThere("curl"), "curl is not installed: the requests of the pages are not run");
        try (RunningServer server = new RunningServer()) {
            for (String request : page.requests()) {
                assertThat(request).contains(ADDRESS);
                String command = request.replace(ADDRESS, server.address().getAuthority())
                        .replaceFirst("^curl ", "curl -sS --fail-with-body --noproxy '*' ");
                Process process = new ProcessBuilder("sh", "-c", command)
                        .redirectErrorStream(true)
                        .start();
                String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(command + answer).isZero();
                if (request.contains("/webhooks/bounce")) {
                    assertThat(answer).isEqualTo("{\"data\":true}");
                    assertThat(server.stored()).isEqualTo(1);
                }
            }
        }
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
