package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

    @Test
    void withoutWordsItListsTheCommandsAsDockerDoes() {
        Typed typed = Typed.words();

        assertThat(typed.exitCode()).isZero();
        assertThat(typed.out()).isEqualTo("""
                Usage:  boxwright COMMAND

                A container engine that you can read: a container is a list of system calls

                Commands:
                  run         Create and run a new container from an image
                  exec        Execute a command in a running container
                  ps          List containers
                  stop        Stop one or more running containers
                  kill        Kill one or more running containers
                  doctor      Show what this kernel and this user can do, and how to get the rest
                  seccomp     Print the program that decides which system calls a container may make
                  book        Make the book of this engine, and show it
                  step        Go through a chapter of the book in the terminal, command by command
                  check       Check a container program of your own against the steps of the book
                  completion  Print the completion script for a shell: bash, zsh or fish
                  help        Show help for a command
                  version     Show the Boxwright version information

                Global Options:
                  -h, --help      Print usage
                  -v, --version   Print version information and quit

                Run 'boxwright COMMAND --help' for more information on a command.
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void thereAreMoreWaysToTheList(String word) {
        assertThat(Typed.words(word)).isEqualTo(Typed.words());
    }

    @Test
    void aCommandsHelpIsInDockersLayout() {
        assertThat(Typed.words("run", "--help").out()).isEqualTo("""
                Usage:  boxwright run [OPTIONS] IMAGE|ROOTFS-DIR [COMMAND] [ARG...]

                Create and run a new container from an image

                Options:
                      --blkio-weight uint16        Block IO (relative weight), between 10 and
                                                   1000, or 0 to disable
                      --cap-add list               Add Linux capabilities
                      --cap-drop list              Drop Linux capabilities
                      --cgroup-parent string       Optional parent cgroup for the container
                      --cgroupns string            Cgroup namespace to use: host or private
                                                   (default private)
                      --cpu-period int             Limit CPU CFS (Completely Fair Scheduler)
                                                   period
                      --cpu-quota int              Limit CPU CFS (Completely Fair Scheduler)
                                                   quota
                  -c, --cpu-shares int             CPU shares (relative weight)
                      --cpus decimal               Number of CPUs
                      --cpuset-cpus string         CPUs in which to allow execution (0-3, 0,1)
                      --cpuset-mems string         MEMs in which to allow execution (0-3, 0,1)
                      --device list                Add a host device to the container
                      --device-cgroup-rule list    Add a rule to the cgroup allowed devices list
                      --domainname string          Container NIS domain name
                      --dry-run                    Print the list of system calls, and make none
                                                   of them
                  -e, --env list                   Set environment variables (K=V, or K to pass
                                                   on the value that K has here)
                      --env-file file              Read in a file of environment variables
                      --explain[=tree|json]        Print the list of system calls on stderr,
                                                   each with its result and time (default tree)
                      --gidmap list                Map group ids, CONTAINER:HOST:SIZE (default
                                                   as --uidmap)
                      --group-add list             Add additional groups to join
                      --help                       Print usage
                  -h, --hostname string            Container host name
                      --init                       Run an init inside the container that
                                                   forwards signals and reaps processes
                  -i, --interactive                Keep STDIN open
                      --ipc string                 IPC namespace: private, none (without
                                                   /dev/shm) or host
                  -m, --memory bytes               Memory limit
                      --memory-reservation bytes   Memory soft limit
                      --memory-swap bytes          Swap limit equal to memory plus swap: -1 to
                                                   enable unlimited swap
                      --memory-swappiness int      Tune container memory swappiness (0 to 100)
                      --mount mount                Attach a filesystem mount to the container
                      --name string                Assign a name to the container
                  --net, --network string          Connect to the network: none, veth or host
                                                   (default none)
                      --oom-score-adj int          Tune host's OOM preferences (-1000 to 1000)
                      --pid string                 PID namespace: private or host
                      --pids-limit int             Tune container pids limit (set -1 for
                                                   unlimited)
                      --privileged                 Give extended privileges to this container:
                                                   it may do to the host what root may
                      --read-only                  Mount the container's root filesystem as read
                                                   only
                      --rm                         Remove the container when it exits
                      --security-opt list          Security options: no-new-privileges,
                                                   seccomp=FILE|unconfined,
                                                   apparmor=PROFILE|unconfined,
                                                   label=disable|PART:VALUE,
                                                   systempaths=unconfined; and landlock=ro:PATH,
                                                   rw:PATH, connect:PORT, bind:PORT,
                                                   scope:signal or scope:abstract: what is named
                                                   is allowed, and nothing else of its kind
                      --shm-size bytes             Size of /dev/shm
                      --stop-signal string         Signal to stop the container
                      --stop-timeout int           Timeout (in seconds) to stop a container (-1:
                                                   none)
                      --sysctl K=V                 Set a kernel parameter of its own namespaces
                      --time-offset CLOCK=S        Put its clock, monotonic or boottime, S
                                                   seconds ahead
                      --tmpfs list                 Mount a tmpfs directory
                  -t, --tty                        Allocate a pseudo-TTY
                      --uidmap list                Map user ids, CONTAINER:HOST:SIZE (default as
                                                   --gidmap)
                      --ulimit ulimit              Ulimit options (NAME=SOFT[:HARD])
                  -u, --user string                Username or UID (format:
                                                   <name|uid>[:<group|gid>])
                      --userns string              User namespace: private or host (default host
                                                   for root, private for others)
                      --uts string                 UTS namespace: private or host
                  -v, --volume list                Bind mount a volume
                  -w, --workdir string             Working directory inside the container
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "doctor", "seccomp", "book", "step", "check", "completion", "help", "version"})
    void helpCommandAndCommandHelpSayTheSame(String command) {
        Typed typed = Typed.words("help", command);

        assertThat(typed.exitCode()).isZero();
        assertThat(typed.out()).startsWith("Usage:  boxwright " + command + " [OPTIONS]");
        assertThat(Typed.words(command, "--help")).isEqualTo(typed);
    }

    @Test
    void aWideTerminalNeedsNoWrapping() {
        assertThat(Typed.in(Map.of("COLUMNS", "200"), "run", "--help").out())
                .contains("Set environment variables (K=V, or K to pass on the value that K has here)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "x", "99999999999", "-5"})
    void aWidthThatIsNoneIsIgnored(String columns) {
        assertThat(Typed.in(Map.of("COLUMNS", columns), "run", "--help")).isEqualTo(Typed.words("run", "--help"));
    }

    @Test
    void anUnknownCommandIsGuessed() {
        Typed typed = Typed.words("rnu", "host");

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err()).isEqualTo("""
                boxwright: unknown command: boxwright rnu
                Did you mean 'run'?
                See 'boxwright --help'.
                """);
    }

    @Test
    void anUnknownTopicAndAnUnknownFlagAreErrors() {
        assertThat(Typed.words("help", "nothing"))
                .returns(125, Typed::exitCode)
                .returns("boxwright: unknown help topic: nothing\nSee 'boxwright --help'.\n", Typed::err);
        assertThat(Typed.words("--nope"))
                .returns(125, Typed::exitCode)
                .returns("boxwright: unknown flag: --nope\nSee 'boxwright --help'.\n", Typed::err);
    }

    @Test
    void theWordThatShellsUseForCompletionIsInNoList() {
        assertThat(Typed.words().out()).doesNotContain("__complete");
    }

    @Test
    void versionIsLaidOutAsDockers() {
        assertThat(Typed.words("version").out()).matches("""
                        Client: Boxwright
                         Version:           .+
                         Git commit:        .+
                         Built:             .+
                         JDK:               25.* \\(.+\\)
                         OS/Arch:           linux/(amd64|arm64)
                         Kernel:            \\d+\\.\\d+.*
                        """);
    }

    @Test
    void theVersionFlagsPrintOneLine() {
        assertThat(Typed.words("--version").out()).matches("Boxwright version .+, build .+\n");
        assertThat(Typed.words("-v")).isEqualTo(Typed.words("--version"));
    }

    @Test
    void versionTakesNoArguments() {
        assertThat(Typed.words("version", "x").err())
                .startsWith("boxwright: 'boxwright version' accepts no arguments\n");
    }
}
