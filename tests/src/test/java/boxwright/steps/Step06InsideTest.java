package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.steps.StepCommand.Result;
import boxwright.users.OrdinaryUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The users of a program in step 6: started by root, by an ordinary user, and by one who was granted more ids. */
class Step06InsideTest {
    private static final String LOOK = "id -u; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups";

    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    @Test
    void of_root_they_are_users_whom_nobody_is() throws Exception {
        // There is a cable to the host, which shall not be this machine.
        List<String> host = StepCommand.with(
                List.of("unshare", "--net"),
                StepCommand.runner("Step06", "sh", "-c", LOOK).toArray(String[]::new));
        String shown = StepCommand.run(host).output();

        assertThat(shown.replaceAll(" +", " ")).matches("0\n( 0 [1-9][0-9]{5,} 65536\n){2}allow\n");
    }

    @Test
    void of_an_ordinary_user_there_is_he() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            assertThat(inside(user, LOOK).output().replaceAll(" +", " "))
                    .isEqualTo("0\n" + (" 0 " + user.id() + " 1\n").repeat(2) + "deny\n");
        }
    }

    @Test
    void of_a_user_with_granted_ids_there_are_these_too() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.withGrantedIds()) {
            String map = " 0 " + user.id() + " 1\n 1 " + OrdinaryUser.FIRST_GRANTED + " " + OrdinaryUser.COUNT_GRANTED
                    + "\n";
            assertThat(inside(user, LOOK).output().replaceAll(" +", " ")).isEqualTo("0\n" + map.repeat(2) + "allow\n");
        }
    }

    @Test
    void an_ordinary_user_has_all_that_the_steps_before_have() throws Exception {
        for (Supplier<OrdinaryUser> kind : kinds()) {
            try (OrdinaryUser user = kind.get()) {
                String script =
                        "echo $$ $(hostname); ls /; ip -o -4 addr; echo x > /dev/null; head -c 3 /dev/zero | wc -c;"
                                + " echo y > /etc/passwd && echo written; rm -r /srv && mkdir /srv && echo made anew";
                Result result = inside(user, script);

                assertThat(result.err()).isEmpty();
                assertThat(result.out())
                        .contains("1 box\n", "proc\n", "127.0.0.1/8", "\n3\n", "written\n", "made anew\n");
            }
        }
    }

    @Test
    void for_an_ordinary_user_the_attack_fails_too() throws Exception {
        for (Supplier<OrdinaryUser> kind : kinds()) {
            try (OrdinaryUser user = kind.get()) {
                Result attack = StepCommand.attack("06-user-namespace/attack.sh", user.step("Step06"));

                assertThat(attack.exitCode()).isEqualTo(1);
                assertThat(attack.out()).contains("inside: I am user 0\n");
                assertThat(attack.err()).contains("/proc/sys/kernel/panic: Permission denied");
            }
        }
    }

    @Test
    void the_steps_before_still_need_root_and_say_what_does_not() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            Result result = StepCommand.run(user.step("Step05", "true"));

            assertThat(result.exitCode()).isEqualTo(125);
            assertThat(result.err()).contains("EPERM", "from step 06 on");
        }
    }

    @Test
    void nothing_is_left_of_files_of_any_user() throws Exception {
        for (Supplier<OrdinaryUser> kind : kinds()) {
            try (OrdinaryUser user = kind.get()) {
                inside(user, "mkdir -p /a/b; echo x > /a/b/c; chown -R 33:44 /a; chmod -R 0 /a; true");

                try (Stream<Path> containers = Files.list(user.home().resolve("containers"))) {
                    assertThat(containers).isEmpty();
                }
            }
        }
    }

    private static List<Supplier<OrdinaryUser>> kinds() {
        return List.of(OrdinaryUser::alone, OrdinaryUser::withGrantedIds);
    }

    private static Result inside(OrdinaryUser user, String script) throws IOException, InterruptedException {
        return StepCommand.run(user.step("Step06", "sh", "-c", script));
    }
}
