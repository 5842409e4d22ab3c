package boxwright.runtime.oci;

import boxwright.isolation.Seccomp;
import boxwright.isolation.seccomp.Profile;
import boxwright.isolation.seccomp.ProfileContext;
import boxwright.isolation.seccomp.Program;
import boxwright.isolation.seccomp.SeccompCompiler;
import boxwright.isolation.seccomp.SeccompException;
import boxwright.kernel.Architecture;
import boxwright.runtime.spec.Linux;
import boxwright.runtime.spec.ProcessSpec;
import boxwright.runtime.spec.SpecException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The seccomp filter of a container: {@code linux.seccomp} of config-linux.md. A profile of Docker's size takes longest of
 * all that a command does itself, so it is compiled on another processor, while this one plans the rest.
 */
final class Filters {
    private final Optional<CompletableFuture<Compiled>> compiled;

    private record Compiled(Profile profile, Program program) {}

    private Filters(Optional<CompletableFuture<Compiled>> compiled) {
        this.compiled = compiled;
    }

    /** Begins with it. */
    static Filters of(Linux linux, ProcessSpec process) {
        return new Filters(linux.seccomp().map(wanted -> {
            Set<String> bounding = new HashSet<>(); // on which the rules of a profile may depend
            process.capabilities().ifPresent(sets -> bounding.addAll(sets.bounding()));
            return CompletableFuture.supplyAsync(
                    () -> {
                        Profile profile = wanted.in(ProfileContext.here(bounding));
                        return new Compiled(
                                profile,
                                SeccompCompiler.compile(profile, Architecture.current())
                                        .program());
                    },
                    task -> Thread.ofPlatform().daemon().start(task));
        }));
    }

    /** The profile for this machine. */
    Optional<Profile> profile() {
        return compiled.map(running -> await(running).profile());
    }

    /** The filter that it comes to. */
    Optional<Seccomp> filter(Optional<SeccompNotice> notice, InitDescriptors descriptors) {
        return compiled.map(running -> {
            Compiled done = await(running);
            return new Seccomp(
                    done.program(),
                    done.profile().flags(),
                    notice.map(
                            sent -> new Seccomp.Listener(descriptors.listener(), descriptors.notice(), sent.size())));
        });
    }

    private static Compiled await(CompletableFuture<Compiled> running) {
        try {
            return running.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SeccompException unusable) {
                throw new SpecException("linux.seccomp: " + unusable.getMessage());
            }
            throw e.getCause() instanceof RuntimeException other ? other : e;
        }
    }
}
