package boxwright.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.kernel.Plan;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URL;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The layers of the engine: each knows what is below it, and nothing above. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LayersTest {
    private final JavaClasses engine = engine();

    /** The classes of the engine without those of the tests, which lie in the same packages. */
    private static JavaClasses engine() {
        URL place = Plan.class.getProtectionDomain().getCodeSource().getLocation();
        return new ClassFileImporter().importUrl(place).that(resideInAPackage("boxwright.."));
    }

    @BeforeAll
    void thereAreClassesInTheLayersThatExist() {
        for (String layer : new String[] {"kernel", "isolation", "runtime", "engine", "image", "explain", "cli"}) {
            assertThat(engine).as("boxwright." + layer).anyMatch(type -> in("boxwright." + layer, type));
        }
        assertThat(engine).noneMatch(type -> type.getSimpleName().endsWith("Test"));
    }

    private static boolean in(String name, JavaClass type) {
        return type.getPackageName().equals(name) || type.getPackageName().startsWith(name + ".");
    }

    @Test
    void eachLayerIsKnownToThoseAboveItOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("boxwright..")
                .layer("command line")
                .definedBy("boxwright.cli..")
                .optionalLayer("daemon")
                .definedBy("boxwright.daemon..")
                .layer("engine")
                .definedBy("boxwright.engine..", "boxwright.image..", "boxwright.network..", "boxwright.volume..")
                .layer("explain")
                .definedBy("boxwright.explain..")
                .layer("runtime")
                .definedBy("boxwright.runtime..")
                .layer("isolation")
                .definedBy("boxwright.isolation..")
                .layer("kernel")
                .definedBy("boxwright.kernel..")
                .whereLayer("command line")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("daemon")
                .mayOnlyBeAccessedByLayers("command line")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("command line", "daemon")
                .whereLayer("explain")
                .mayOnlyBeAccessedByLayers("command line", "daemon")
                .whereLayer("runtime")
                .mayOnlyBeAccessedByLayers("command line", "daemon", "engine")
                .whereLayer("isolation")
                .mayOnlyBeAccessedByLayers("command line", "daemon", "engine", "runtime")
                .ensureAllClassesAreContainedInArchitecture()
                .check(engine);
    }

    @Test
    void explainKnowsTheKernelLayerOnly() {
        classes()
                .that()
                .resideInAPackage("boxwright.explain..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage("boxwright.explain..")
                        .or(resideInAPackage("boxwright.kernel.."))
                        .or(resideInAPackage("java.."))
                        .or(resideInAPackage("com.google.gson.."))
                        .or(resideInAPackage("org.jspecify..")))
                .check(engine);
    }

    @Test
    void theKernelLayerKnowsNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("boxwright.kernel..")
                .should()
                .dependOnClassesThat(resideInAPackage("boxwright..")
                        .and(resideInAPackage("boxwright.kernel..").negate()))
                .check(engine);
    }

    @Test
    void onlyTheKernelLayerUsesJna() {
        noClasses()
                .that()
                .resideOutsideOfPackage("boxwright.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(engine);
        assertThatExceptionOfType(AssertionError.class)
                .as("the kernel layer does use it, so the rule would notice others")
                .isThrownBy(() -> noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("com.sun.jna..")
                        .check(engine));
    }

    @Test
    void nothingInTheEngineStartsAProgramByItself() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .because("a container is a list of system calls, and the list starts in boxwright.kernel")
                .check(engine);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("boxwright.(*)..").should().beFreeOfCycles().check(engine);
        slices().matching("boxwright.(**)").should().beFreeOfCycles().check(engine);
    }
}
