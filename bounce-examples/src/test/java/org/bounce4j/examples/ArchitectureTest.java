package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the design: which module may see which, and what may stand in a public signature. */
class ArchitectureTest {
    /** What each module requires, the platform's own modules aside. */
    private static final Map<String, Set<String>> REQUIRES = Map.of(
            "org.bounce4j", Set.of("com.fasterxml.jackson.core", "com.fasterxml.jackson.databind", "org.slf4j"),
            "org.bounce4j.pop3", Set.of("org.bounce4j", "jakarta.mail", "org.eclipse.angus.mail", "org.slf4j"),
            "org.bounce4j.ses",
                    Set.of("org.bounce4j", "com.fasterxml.jackson.core", "com.fasterxml.jackson.databind", "org.slf4j"),
            "org.bounce4j.sendgrid", Set.of("org.bounce4j", "org.bouncycastle.provider"),
            "org.bounce4j.jdbc", Set.of("org.bounce4j", "org.slf4j"),
            "org.bounce4j.testkit",
                    Set.of(
                            "org.bounce4j",
                            "com.fasterxml.jackson.databind",
                            "org.bouncycastle.pkix",
                            "org.bouncycastle.provider",
                            "org.junit.jupiter.api"));

    /** Third-party types that are the point of a package. */
    private static final Map<String, Set<String>> THE_POINT = Map.of(
            "org.bounce4j.jakarta", Set.of("jakarta.mail."),
            "org.bounce4j.testkit", Set.of("org.junit.jupiter.api."),
            "org.bounce4j.jdbc", Set.of("javax.sql.DataSource", "java.sql.Connection"));

    private static final List<String> OURS_OR_THE_PLATFORM = List.of(
            "java.lang.",
            "java.util.",
            "java.time.",
            "java.io.",
            "java.net.",
            "java.nio.",
            "java.security.",
            "javax.net.ssl.",
            "org.bounce4j.");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.bounce4j");

    private static List<ModuleReference> modules() {
        Path[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(".*bounce-(core|pop3|ses|sendgrid|jdbc|testkit)[/\\\\-].*"))
                .map(Path::of)
                .toArray(Path[]::new);
        return ModuleFinder.of(path).findAll().stream()
                .filter(module -> module.descriptor().name().startsWith("org.bounce4j"))
                .toList();
    }

    @Test
    void modulesRequireWhatTheDesignSaysAndNothingElse() {
        Map<String, Set<String>> found = modules().stream()
                .map(ModuleReference::descriptor)
                .collect(Collectors.toMap(
                        ModuleDescriptor::name,
                        descriptor -> descriptor.requires().stream()
                                .filter(requires ->
                                        !requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                                .map(ModuleDescriptor.Requires::name)
                                .filter(name -> !name.startsWith("java."))
                                .collect(Collectors.toSet())));
        assertThat(found).isEqualTo(REQUIRES);
    }

    @Test
    void modulesOpenNothingAndDiscoverNothing() {
        assertThat(modules()).hasSize(6).allSatisfy(module -> {
            assertThat(module.descriptor().opens()).isEmpty();
            assertThat(module.descriptor().uses()).isEmpty();
            assertThat(module.descriptor().provides()).isEmpty();
            assertThat(module.descriptor().isAutomatic()).isFalse();
        });
    }

    @Test
    void onlyCoresPackagesForOurAdaptersAreExportedToSome() {
        Set<String> qualified = modules().stream()
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(ModuleDescriptor.Exports::isQualified)
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        assertThat(qualified).containsExactly("org.bounce4j.internal");
    }

    @Test
    void nothingForeignStandsInPublicSignatures() {
        Set<String> exported = modules().stream()
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        assertThat(exported).contains("org.bounce4j", "org.bounce4j.ses", "org.bounce4j.jakarta");
        Set<String> foreign = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (exported.contains(type.getPackageName()) && isVisible(type)) {
                signature(type)
                        .filter(name -> !isAllowed(type.getPackageName(), name))
                        .forEach(name -> foreign.add(type.getName() + " shows " + name));
            }
        }
        assertThat(foreign).isEmpty();
    }

    private static boolean isVisible(JavaClass type) {
        boolean here = type.getModifiers().contains(JavaModifier.PUBLIC)
                || type.getModifiers().contains(JavaModifier.PROTECTED);
        return here && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Stream<String> signature(JavaClass type) {
        List<JavaClass> types = new ArrayList<>();
        type.getRawSuperclass().ifPresent(types::add);
        types.addAll(type.getRawInterfaces());
        for (JavaField field : type.getFields()) {
            if (isVisible(field.getModifiers())) {
                types.addAll(field.getType().getAllInvolvedRawTypes());
            }
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
            if (isVisible(unit.getModifiers())) {
                types.addAll(unit.getReturnType().getAllInvolvedRawTypes());
                unit.getParameterTypes().forEach(parameter -> types.addAll(parameter.getAllInvolvedRawTypes()));
                unit.getThrowsClause().getTypes().forEach(types::add);
            }
        }
        return types.stream()
                .map(JavaClass::getBaseComponentType)
                .filter(each -> !each.isPrimitive())
                .map(JavaClass::getName);
    }

    private static boolean isAllowed(String inPackage, String name) {
        return OURS_OR_THE_PLATFORM.stream().anyMatch(name::startsWith) && !name.startsWith("org.bounce4j.internal")
                || THE_POINT.getOrDefault(inPackage, Set.of()).stream().anyMatch(name::startsWith);
    }

    @Test
    void theModelDependsOnNoPackageAroundIt() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("org.bounce4j")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.bounce4j.mail..",
                        "org.bounce4j.mailbox..",
                        "org.bounce4j.webhook..",
                        "org.bounce4j.suppression..")
                .check(CLASSES);
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("org.bounce4j.mail..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bounce4j.mailbox..", "org.bounce4j.webhook..", "org.bounce4j.suppression..")
                .check(CLASSES);
    }

    @Test
    void adaptersDoNotKnowEachOther() {
        SlicesRuleDefinition.slices()
                .matching("org.bounce4j.(pop3|jakarta|ses|sendgrid|jdbc|testkit)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }
}
