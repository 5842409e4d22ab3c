package boxwright.engines;

import static boxwright.kernel.Machine.eventually;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A dockerd of a test's own, in namespaces of its own, so that it changes no firewall and no bridge of the machine, and leaves
 * no mount.
 *
 * @param client talks to it
 * @param daemon the process
 * @param group the cgroup that its containers are in
 */
record Dockerd(Engine client, Process daemon, String group) {
    /** The name that it has for its default runtime, whichever that is. */
    static final String RUNTIME = "tested";

    /**
     * Starts one, with all its files in an empty directory.
     *
     * @param runtime the program of its default runtime
     */
    static Dockerd start(Path directory, Path runtime, String group) throws IOException {
        Machine.needsRoot();
        Machine.needs("dockerd");
        Machine.needs("docker");
        Path config = Files.writeString(directory.resolve("daemon.json"), """
                {"runtimes": {"NAME": {"path": "RUNTIME"}}, "default-runtime": "NAME",
                 "data-root": "DIRECTORY/data", "exec-root": "DIRECTORY/exec", "pidfile": "DIRECTORY/pid",
                 "hosts": ["unix://DIRECTORY/socket"], "storage-driver": "vfs", "cgroup-parent": "PARENT",
                 "bridge": "none", "iptables": false, "ip6tables": false}
                """.replace("RUNTIME", runtime.toString())
                .replace("NAME", RUNTIME)
                .replace("DIRECTORY", directory.toString())
                .replace("PARENT", Machine.hasSystemd() ? group + ".slice" : "/" + group));
        Process daemon = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "--mount",
                        "sh",
                        "-c",
                        "busybox ip link set lo up; exec dockerd --config-file \"$0\"",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Engine client = new Engine(directory, List.of("docker", "--host", "unix://" + directory.resolve("socket")));
        try {
            eventually("dockerd answers", () -> client.run("version").exitCode() == 0);
        } catch (AssertionError e) {
            throw new AssertionError("dockerd says: " + Files.readString(directory.resolve("log")), e);
        }
        return new Dockerd(client, daemon, group);
    }

    /** Ends it, and every container that it has. */
    void end() throws IOException, InterruptedException {
        String left = client.run("ps", "--all", "--quiet").text();
        if (!left.isEmpty()) {
            client.run(("rm --force " + left.replace('\n', ' ')).split(" "));
        }
        Engine.end(daemon);
        Machine.removeGroups(group);
    }
}
