package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bounce4j.host.RunsTheSuite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the suite as a host does that has bounce4j on its module path. */
class ContractOnModulePathTest {
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void runsWhereThePackageIsInAModule() throws Exception {
        String tests = Path.of(RunsTheSuite.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).equals(Path.of(tests)))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--module-path",
                        modules,
                        "--add-modules",
                        "org.bounce4j.testkit,org.junit.platform.launcher,org.junit.jupiter.engine",
                        "--class-path",
                        tests,
                        RunsTheSuite.class.getName()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).containsPattern("module org\\.bounce4j\\.testkit.*: [1-9][0-9]* passed, 1 skipped, 0 failed");
        assertThat(process.waitFor()).isZero();
    }
}
