package rubato.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

/** The one-way flow, held by the build. */
class ArchitectureTest {
    private static final String[] CORE = {
        "rubato.world",
        "rubato.step",
        "rubato.plan",
        "rubato.signal",
        "rubato.policy",
        "rubato.event",
        "rubato.history",
        "rubato.protocol",
        "rubato.random",
        "rubato.codec",
        "rubato.error",
        "rubato.seam"
    };
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/arch/"))
            .importPackages("rubato");

    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("rubato")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    };

    @Test
    void packages_form_no_cycle() {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(ALL);
    }

    @Test
    void core_is_pure() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io", "java.nio.file..", "java.nio.channels..", "java.net..", "java.util.concurrent.locks")
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .check(ALL);
    }

    @Test
    void only_the_network_packages_open_sockets() {
        noClasses()
                .that()
                .resideOutsideOfPackages("rubato.net", "rubato.collective", "rubato.chaos.proxy")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.net\\.(Server|Datagram)?Socket|java\\.nio\\.channels\\..*(Socket|Datagram)Channel")
                .check(ALL);
    }

    @Test
    void nothing_is_deserialized_as_an_object() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.Object(In|Out)putStream")
                .check(ALL);
    }

    @Test
    void engines_are_leaves() {
        noClasses()
                .that()
                .resideOutsideOfPackages("rubato.djl..", "rubato.cli..", "rubato.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("rubato.djl..")
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackages("rubato.raft..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("rubato.raft..", "io.microraft..")
                .check(ALL);
    }
}
