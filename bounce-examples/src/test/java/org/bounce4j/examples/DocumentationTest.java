package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles every Java example of the README, the docs pages and the Javadoc. */
class DocumentationTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final String IMPORTS = """
            import jakarta.mail.*;
            import jakarta.mail.internet.*;
            import jakarta.servlet.http.*;
            import java.io.*;
            import java.net.*;
            import java.nio.charset.StandardCharsets;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import javax.sql.DataSource;
            import org.bounce4j.*;
            import org.bounce4j.jakarta.*;
            import org.bounce4j.jdbc.*;
            import org.bounce4j.mail.*;
            import org.bounce4j.mailbox.*;
            import org.bounce4j.pop3.*;
            import org.bounce4j.sendgrid.*;
            import org.bounce4j.ses.*;
            import org.bounce4j.suppression.*;
            import org.bounce4j.testkit.*;
            import org.bounce4j.webhook.*;
            import org.slf4j.Logger;
            """;

    /** What the examples take for granted. */
    private static final String SCAFFOLD = """
            static Logger log;
            static BounceSink sink;
            static BounceWebhook webhook;
            static Mailbox mailbox;
            static DataSource dataSource;
            static JdbcBounceStore store;
            static MimeMessage message;
            static Object mail;
            static Path file;
            static Path folder;
            static com.sun.net.httpserver.HttpExchange exchange;
            static byte[] key;
            static UUID subscriberId, campaignId;
            static byte[] body;
            static byte[] bytes;
            static HttpServletRequest request;
            static HttpServletRequest req;
            static HttpServletResponse resp;
            static List<BounceEvent> eventsOfOneRecipient;
            static String user, password, secret, publicKey, anotherPublicKey, topicArn, sesPayload, campaign, json;
            static void send(Object mail) {}
            """;

    private static final Pattern QUOTED = Pattern.compile("`([\\w.-]+)`");
    /** A name that begins like a class and is not a part of another. */
    private static final Pattern WORD = Pattern.compile("(?<![\\w.])([A-Z]\\w+)");

    private static final Pattern WHOLE_FILE = Pattern.compile("\\Apackage [^{]*\\bpublic final class (\\w+) ");

    private static final String JAVADOC_START = "<pre>{@code\n";

    /** An example and where it stands. */
    record Example(String place, String code) {
        @Override
        public String toString() {
            return place;
        }
    }

    static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        addFenced(ROOT.resolve("README.md"), examples);
        addFenced(ROOT.resolve("CONTRIBUTING.md"), examples);
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(file -> addFenced(file, examples));
        }
        try (Stream<Path> files = Files.walk(ROOT)) {
            files.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java")
                            && !file.toString().contains("/internal/"))
                    .sorted()
                    .forEach(file -> addJavadoc(file, examples));
        }
        return examples;
    }

    private static void addFenced(Path file, List<Example> examples) {
        StringBuilder code = null;
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (code != null && line.strip().equals("```")) {
                examples.add(new Example(ROOT.relativize(file) + ":" + number, code.toString()));
                code = null;
            } else if (code != null) {
                code.append(line).append('\n');
            } else if (line.strip().equals("```java")) {
                code = new StringBuilder();
            }
        }
    }

    private static void addJavadoc(Path file, List<Example> examples) {
        String text = String.join("\n", lines(file));
        int start = text.indexOf(JAVADOC_START);
        while (start >= 0) {
            int end = text.indexOf("* }</pre>", start);
            String code = text.substring(start + JAVADOC_START.length(), end).replaceAll("(?m)^ *\\*", "");
            if (!code.stripLeading().startsWith("{")) { // the JSON form is shown as such
                examples.add(new Example(ROOT.relativize(file).toString(), code));
            }
            start = text.indexOf(JAVADOC_START, end);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thereAreExamples() throws IOException {
        assertThat(examples()).extracting(Example::place).anyMatch(place -> place.startsWith("README.md"));
        assertThat(examples()).hasSizeGreaterThan(15);
    }

    @Test
    void everyExportedPackageHasAnExample() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<Path> without = files.filter(file -> file.endsWith("package-info.java"))
                    .filter(file -> !file.toString().matches(".*(internal|examples|benchmarks|target).*"))
                    .filter(file -> !String.join("\n", lines(file)).contains("<pre>{@code"))
                    .toList();
            assertThat(without).isEmpty();
        }
    }

    /** The classes of the table in docs/classes.md, each with its package. */
    private static Map<String, String> packages() {
        Map<String, String> packages = new HashMap<>();
        for (String line : lines(ROOT.resolve("docs/classes.md"))) {
            List<String> quoted =
                    QUOTED.matcher(line).results().map(it -> it.group(1)).toList();
            for (String name : quoted.subList(Math.min(2, quoted.size()), quoted.size())) {
                packages.put(name, quoted.get(1));
            }
        }
        return packages;
    }

    @Test
    void theTableOfClassesIsTrue() throws ClassNotFoundException {
        Map<String, String> packages = packages();
        assertThat(packages).hasSizeGreaterThan(50);
        for (Map.Entry<String, String> each : packages.entrySet()) {
            Class<?> type = Class.forName(each.getValue() + "." + each.getKey());
            assertThat(Modifier.isPublic(type.getModifiers())).as(each.getKey()).isTrue();
        }
    }

    /** An example that compiles with all packages imported needs only classes that a reader can look up. */
    @ParameterizedTest
    @MethodSource("examples")
    void usesClassesThatTheTableNames(Example example) {
        Set<String> named = packages().keySet();
        WORD.matcher(example.code())
                .results()
                .map(it -> it.group(1))
                .filter(word -> !named.contains(word))
                .forEach(word -> assertThat(Set.copyOf(packages().values()))
                        .as(word + " is not in docs/classes.md")
                        .noneMatch(in -> exists(in + "." + word)));
    }

    private static boolean exists(String type) {
        try {
            return Modifier.isPublic(Class.forName(type, false, DocumentationTest.class.getClassLoader())
                    .getModifiers());
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            // the latter where the case of the name is another, on some file systems
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void compiles(Example example, @TempDir Path folder) throws IOException {
        if (WHOLE_FILE.matcher(example.code()).find()) {
            assertThat(errors(wholeFilesBeside(example), folder)).isEmpty();
            return;
        }
        StringBuilder imports = new StringBuilder(IMPORTS);
        StringBuilder code = new StringBuilder();
        example.code()
                .lines()
                .forEach(line -> (line.startsWith("import ") ? imports : code)
                        .append(line)
                        .append('\n'));
        String text = code.toString();
        boolean members = text.contains("@Override") || text.contains("private final ") || text.contains("class ");
        String source = imports + "abstract class Scaffold extends HttpServlet {\n" + SCAFFOLD + "}\n"
                + "class Example extends Scaffold {\n"
                + (members ? text : "void example() throws Exception {\n" + text + "\n}") + "\n}\n";
        assertThat(errors(Map.of("Example", source), folder)).as(source).isEmpty();
    }

    /** Returns the files that a page shows whole, by their class: one may use another. */
    private static Map<String, String> wholeFilesBeside(Example example) throws IOException {
        String page = example.place().replaceFirst(":\\d+$", ":");
        Map<String, String> files = new HashMap<>();
        for (Example other : examples()) {
            Matcher whole = WHOLE_FILE.matcher(other.code());
            if (other.place().startsWith(page) && whole.find()) {
                files.put(whole.group(1), other.code());
            }
        }
        return files;
    }

    private static List<String> errors(Map<String, String> sources, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<JavaFileObject> files = new ArrayList<>();
        sources.forEach((name, source) -> files.add(
                new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                }));
        List<String> options =
                List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
        compiler.getTask(new StringWriter(), null, found, options, null, files).call();
        return found.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .map(each -> each.getMessage(Locale.ROOT))
                .toList();
    }
}
