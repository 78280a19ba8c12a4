package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.bounce4j.ConfigurationException;
import org.junit.jupiter.api.Test;

class ServeSettingsTest {
    private static final Map<String, String> USERS = Map.of("BOUNCE_API_USERS", "username:password");

    private static Properties file(String... namesAndValues) {
        Properties file = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            file.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return file;
    }

    @Test
    void usersAreAllThatIsNeeded() {
        ServeSettings settings = ServeSettings.of(file(), USERS);
        assertThat(settings.port).isEqualTo(9000);
        assertThat(settings.json).isTrue();
        assertThat(settings.ses).isNull();
        assertThat(settings.sendGrid).isNull();
        assertThat(settings.mailbox).isNull();
    }

    /** The names in the first column of the table; what a name with a dot begins with holds for the {@code .name}s after it. */
    private static Set<String> documented() throws IOException {
        Set<String> names = new TreeSet<>();
        String page = Files.readString(Path.of("").toAbsolutePath().getParent().resolve("docs/serve.md"));
        int section = page.indexOf("\n## Settings\n");
        for (String line : page.substring(section, page.indexOf("\n## ", section + 1))
                .lines()
                .toList()) {
            if (!line.startsWith("| `")) {
                continue;
            }
            String prefix = "";
            for (String cell : line.substring(2, line.indexOf('|', 2)).split(",", -1)) {
                String name = cell.strip().replace("`", "");
                if (!name.startsWith(".")) {
                    prefix = name.substring(0, Math.max(0, name.lastIndexOf('.')));
                }
                names.add(name.startsWith(".") ? prefix + name : name);
            }
        }
        return names;
    }

    @Test
    void pageListsEverySettingAndNoOther() throws IOException {
        assertThat(documented()).isEqualTo(ServeSettings.names());
    }

    @Test
    void environmentStandsBeforeTheFile() {
        assertThat(ServeSettings.of(file("port", "1", "api.users", "a:b"), Map.of("BOUNCE_PORT", "2")).port)
                .isEqualTo(2);
    }

    @Test
    void variablesThatAreNoSettingsAreNamedAndStopNothing() {
        Map<String, String> environment = Map.of("BOUNCE_API_USERS", "a:b", "BOUNCE_PROT", "2", "HOME", "/");
        assertThat(ServeSettings.of(file(), environment).strangers).containsExactly("BOUNCE_PROT");
    }

    @Test
    void missingPasswordIsOneMistake() {
        Properties file = file(
                "api.users", "a:b", "pop3.enabled", "true", "pop3.host", "pop.example.com", "pop3.user", "bounces");
        assertThatThrownBy(() -> ServeSettings.of(file, Map.of()))
                .hasMessageContainingAll("got 1 that are not", "pop3.password: expected");
    }

    @Test
    void everyMistakeIsListedAtOnceAndNoSecretIsShown() {
        Properties wrong = file(
                "port", "99999",
                "api.users", "nobody-without-hunter2",
                "store.url", "jdbc:hunter2",
                "store.urll", "hunter2",
                "store.erasure-key", "hunter2",
                "bounce.enabled", "yes",
                "policy.soft.action", "explode",
                "policy.minimum-trust", "blind",
                "ses.enabled", "true",
                "ses.topics", "my-topic",
                "sendgrid.enabled", "true",
                "pop3.enabled", "true",
                "pop3.password", "hunter2",
                "pop3.login", "telepathy");
        assertThatThrownBy(() -> ServeSettings.of(wrong, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "port: ",
                        "api.users: ",
                        "store.url: ",
                        "store.urll: there is no such setting",
                        "store.erasure-key: expected at least 16 random bytes in base64",
                        "bounce.enabled: expected true or false",
                        "policy.soft.action: expected one of [none, unsubscribe, blocklist, delete]",
                        "policy.minimum-trust: ",
                        "ses.topics: ",
                        "sendgrid.keys: ",
                        "pop3.host: ",
                        "pop3.user: ",
                        "pop3.login: ")
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void bounceProcessingOffSwitchesEverythingOffThatTakesBouncesIn() {
        Properties file = file(
                "bounce.enabled", "false",
                "ses.enabled", "true",
                "ses.topics", "arn:aws:sns:eu-west-1:123456789012:bounces",
                "pop3.enabled", "true",
                "pop3.host", "pop.example.com",
                "pop3.user", "bounces",
                "pop3.password", "secret");
        ServeSettings off = ServeSettings.of(file, USERS);
        assertThat(off.json).isFalse();
        assertThat(off.ses).isNull();
        assertThat(off.mailbox).isNull();
        file.setProperty("bounce.enabled", "true");
        ServeSettings on = ServeSettings.of(file, USERS);
        assertThat(on.json).isTrue();
        assertThat(on.ses).isNotNull();
        assertThat(on.mailbox).isNotNull();
    }
}
