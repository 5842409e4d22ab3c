import boxwright.engine.Home;
import boxwright.engine.SeccompFilters;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.seccomp.DefaultProfile;
import boxwright.isolation.seccomp.ProfileContext;
import boxwright.isolation.seccomp.SeccompCompiler;
import boxwright.kernel.Capability;
import java.util.Set;

/**
 * The filter of a container in a JVM that has just started, as a command comes to it. Prints the seconds.
 *
 * <p>Run by {@code bench/run} with the flags and the AOT cache of {@code ./boxwright}: with the word {@code compile} it compiles
 * the default profile, with {@code cache} it takes the program from where a container has left it. What a command has done
 * before it comes here, as to read a first file, is done before the clock starts.
 */
final class ColdSeccomp {
    private ColdSeccomp() {}

    public static void main(String[] args) {
        Set<Capability> capabilities = CapabilityChoice.DOCKERS;
        SeccompFilters filters = new SeccompFilters(Home.ofThisUser());
        ProfileContext context = ProfileContext.of(capabilities);
        boolean compile = args[0].equals("compile");
        long began = System.nanoTime();
        if (compile) {
            SeccompCompiler.compile(DefaultProfile.conditional().in(context), context.architecture());
        } else {
            filters.usual(capabilities);
        }
        long nanos = System.nanoTime() - began;
        System.out.println(nanos / 1e9);
    }
}
