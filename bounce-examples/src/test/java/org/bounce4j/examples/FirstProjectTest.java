package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Does what docs/first-project.md tells a newcomer to do, with what its pom.xml names and nothing else. */
class FirstProjectTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /** What bounce-core brings along. */
    private static final List<String> BROUGHT_ALONG =
            List.of("bounce-core", "jackson-annotations", "jackson-core", "jackson-databind", "jspecify", "slf4j-api");

    /** What bounce-testkit and junit-jupiter bring along to compile and run a test by hand. */
    private static final List<String> BROUGHT_ALONG_TO_TESTS = List.of(
            "apiguardian-api",
            "bcpkix-jdk18on",
            "bcprov-jdk18on",
            "bcutil-jdk18on",
            "junit-jupiter-api",
            "junit-platform-commons",
            "opentest4j");

    private static final String PATH = "/webhooks/bounce";
    private static final String MAIN = "src/main/java/";
    private static final String TEST = "src/test/java/";
    private static final String ID = "9f86b50d-5711-41c8-ab03-bc91c43d711c";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private String page;
    private Document pom;

    @TempDir
    private Path folder;

    @BeforeEach
    void read() throws Exception {
        page = Files.readString(ROOT.resolve("docs/first-project.md"));
        pom = parse(block("```xml\n"));
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    /** Returns the one block of the page that begins so. */
    private String block(String start) {
        String[] parts = page.split(Pattern.quote(start), -1);
        assertThat(parts).as(start).hasSize(2);
        return parts[1].substring(0, parts[1].indexOf("\n```") + 1);
    }

    /** Returns the part of our own class path that the artifacts stand for. */
    private static String classPath(List<String> artifacts) {
        List<String> path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> artifacts.stream().anyMatch(artifact -> isOf(entry, artifact)))
                .toList();
        assertThat(path).as(artifacts.toString()).hasSameSizeAs(artifacts);
        return String.join(File.pathSeparator, path);
    }

    private static boolean isOf(String entry, String artifact) {
        return entry.matches(".*[/\\\\]" + artifact + "-\\d[^/\\\\]*\\.jar")
                || entry.matches(".*[/\\\\]" + artifact + "[/\\\\]target[/\\\\]classes");
    }

    private List<Element> dependencies() {
        NodeList found = pom.getElementsByTagName("dependency");
        List<Element> dependencies = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            dependencies.add((Element) found.item(i));
        }
        return dependencies;
    }

    private List<String> classPathOf(boolean tests) {
        List<String> named = new ArrayList<>(BROUGHT_ALONG);
        dependencies().stream()
                .filter(dependency -> tests || !isForTests(dependency))
                .forEach(dependency -> named.add(text(dependency, "artifactId")));
        if (tests) {
            named.addAll(BROUGHT_ALONG_TO_TESTS);
        }
        return named;
    }

    private static boolean isForTests(Element dependency) {
        return dependency.getElementsByTagName("scope").getLength() > 0
                && text(dependency, "scope").equals("test");
    }

    private static String text(Element element, String name) {
        return element.getElementsByTagName(name).item(0).getTextContent();
    }

    private String property(String name) {
        return pom.getElementsByTagName(name).item(0).getTextContent();
    }

    @Test
    void namesTheVersionsThatWeTest() throws Exception {
        Element parent = (Element) parse(Files.readString(Path.of("pom.xml")))
                .getElementsByTagName("parent")
                .item(0);
        assertThat(dependencies()).hasSize(5);
        for (Element dependency : dependencies()) {
            String artifact = text(dependency, "artifactId");
            String version = text(dependency, "version");
            if (text(dependency, "groupId").equals("org.bounce4j")) {
                assertThat(version).isEqualTo(text(parent, "version"));
            } else {
                assertThat(classPath(List.of(artifact))).endsWith(artifact + "-" + version + ".jar");
            }
        }
    }

    /** That of Maven 3.8 itself would run no test and call it a success. */
    @Test
    void namesTheSurefireThatWeTestWith() throws Exception {
        Document ours = parse(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(surefire(pom)).isEqualTo(surefire(ours));
    }

    private static String surefire(Document project) {
        NodeList plugins = project.getElementsByTagName("plugin");
        for (int i = 0; i < plugins.getLength(); i++) {
            Element plugin = (Element) plugins.item(i);
            if (text(plugin, "artifactId").equals("maven-surefire-plugin")) {
                return text(plugin, "version");
            }
        }
        throw new AssertionError("expected a pom.xml with the surefire plugin, got none");
    }

    @Test
    @Timeout(120)
    void passesItsOwnTest() throws Exception {
        String libraries = classPath(classPathOf(true));
        compile(MAIN, classPath(classPathOf(false)));
        Path file = compile(TEST, folder + File.pathSeparator + libraries);
        List<URL> path = new ArrayList<>(List.of(folder.toUri().toURL()));
        for (String entry : libraries.split(File.pathSeparator, -1)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        int run = 0;
        try (URLClassLoader loader =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> suite = loader.loadClass(
                    "com.example." + file.getFileName().toString().replace(".java", ""));
            for (Method method : suite.getDeclaredMethods()) {
                if (Arrays.stream(method.getAnnotations())
                        .anyMatch(annotation ->
                                annotation.annotationType().getName().equals(Test.class.getName()))) {
                    method.setAccessible(true);
                    Constructor<?> constructor = suite.getDeclaredConstructor();
                    method.invoke(constructor.newInstance());
                    run++;
                }
            }
        }
        assertThat(run).isEqualTo(Integer.parseInt(shown("`Tests run: (\\d+)`")));
    }

    @Test
    @Timeout(120)
    void takesTheBounceThatThePageShows() throws Exception {
        String libraries = classPath(classPathOf(false));
        compile(MAIN, libraries);
        Process application = start(libraries);
        try (BufferedReader printed = application.inputReader(StandardCharsets.UTF_8)) {
            String listening = printed.readLine();
            assertThat(listening)
                    .as(Files.readString(folder.resolve("errors")))
                    .matches("Listening at http://localhost:\\d+");
            URI endpoint = URI.create(listening.substring(listening.indexOf("http")) + PATH);
            String event = shown("--data '(\\{.*})'");
            assertThat(post(endpoint, "username:wrong", event).statusCode()).isEqualTo(401);
            String credentials = shown("curl -u (\\S+) localhost:9000" + PATH);
            assertThat(post(endpoint, credentials, event).body()).isEqualTo(shown("The answer is `(.*?)`"));
            assertThat(printed.readLine()).isEqualTo(shown("prints `(.*?)`"));
            assertThat(post(endpoint, credentials, event).statusCode()).isEqualTo(200);
            for (String other : List.of("/other", "r")) {
                assertThat(post(URI.create(endpoint + other), credentials, event)
                                .statusCode())
                        .isEqualTo(404);
            }
            post(endpoint, credentials, event.replaceAll("\"email\": \"\\S+\"", "\"subscriber_uuid\": \"" + ID + "\""));
            assertThat(printed.readLine())
                    .as("the second bounce of the first one is no news")
                    .startsWith("subscriber " + ID + ": BLOCKLIST");
            HttpRequest get = HttpRequest.newBuilder(endpoint).build();
            assertThat(CLIENT.send(get, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(405);
        } finally {
            application.destroyForcibly().waitFor();
        }
        assertThat(folder.resolve("errors")).content().contains("json: answered 401");
    }

    /** The application runs in Maven's own process, whose {@code -q} hides the warnings of SLF4J too. */
    @Test
    void leavesTheLogWhereThePageSaysThatRefusalsAre() {
        assertThat(shown("BOUNCE_PASSWORD=\\S+ (mvn .*)").split(" ")).doesNotContain("-q", "--quiet");
    }

    private String shown(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    /** Compiles the file of the page that is in a folder, and returns where it stands. */
    private Path compile(String in, String classPath) throws IOException {
        String name = shown("`" + in + "(\\S+\\.java)`");
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, block("`" + in + name + "`\n\n```java\n"));
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        complaints,
                        "-proc:none",
                        "--release",
                        property("maven.compiler.source"),
                        "-d",
                        folder.toString(),
                        "-cp",
                        classPath,
                        file.toString());
        assertThat(status).as(complaints.toString(StandardCharsets.UTF_8)).isZero();
        return file;
    }

    private Process start(String classPath) throws IOException {
        ProcessBuilder application = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + File.pathSeparator + classPath,
                property("exec.mainClass"));
        application.environment().put("PORT", "0");
        application.environment().put("BOUNCE_PASSWORD", shown("BOUNCE_PASSWORD=(\\S+) mvn"));
        return application
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    private static HttpResponse<String> post(URI endpoint, String credentials, String body) throws Exception {
        String basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
