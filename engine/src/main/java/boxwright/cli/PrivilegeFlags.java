package boxwright.cli;

import boxwright.engine.PrivilegeRequest;
import boxwright.engine.SecurityOptions;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The flags of {@code boxwright run} that are about users and what they may do. */
final class PrivilegeFlags {
    private static final String SECCOMP = "seccomp";

    private final Flag<List<String>> capAdd;
    private final Flag<List<String>> capDrop;
    private final Flag<List<String>> groupAdd;
    private final Flag<Boolean> privileged;
    private final Flag<List<String>> securityOpt;
    private final Flag<Optional<String>> user;

    PrivilegeFlags(Syntax syntax) {
        capAdd = syntax.list("--cap-add", "list", "Add Linux capabilities", String::strip);
        capDrop = syntax.list("--cap-drop", "list", "Drop Linux capabilities", String::strip);
        groupAdd = syntax.list("--group-add", "list", "Add additional groups to join", PrivilegeFlags::group);
        privileged = syntax.bool(
                "--privileged", "Give extended privileges to this container: it may do to the host what root may");
        securityOpt = syntax.list(
                "--security-opt",
                "list",
                "Security options: no-new-privileges, seccomp=FILE|unconfined, apparmor=PROFILE|unconfined,"
                        + " label=disable|PART:VALUE, systempaths=unconfined; and landlock=ro:PATH, rw:PATH,"
                        + " connect:PORT, bind:PORT, scope:signal or scope:abstract: what is named is allowed, and"
                        + " nothing else of its kind",
                PrivilegeFlags::securityOption);
        user = syntax.value(
                "-u, --user", "string", "Username or UID (format: <name|uid>[:<group|gid>])", PrivilegeFlags::user);
    }

    PrivilegeRequest request(Words words) {
        return new PrivilegeRequest(
                words.get(capAdd),
                words.get(capDrop),
                words.get(user).orElse(""),
                words.get(groupAdd),
                words.get(privileged),
                words.get(securityOpt));
    }

    static String user(String text) {
        if (text.indexOf(':') != text.lastIndexOf(':')) {
            throw new IllegalArgumentException("it is a user, or a user and a group with a colon between them");
        }
        return text;
    }

    private static String group(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        return text;
    }

    /** The engine takes the profile itself, as Docker's does; only here is it a file. */
    private static String securityOption(String text) {
        String value = SecurityOptions.value(text);
        boolean isFile = SecurityOptions.name(text).equals(SECCOMP)
                && !value.isEmpty()
                && !value.equals("builtin")
                && !value.equals(SecurityOptions.UNCONFINED);
        String option = isFile ? SECCOMP + "=" + profile(value) : text;
        SecurityOptions.of(List.of(option));
        return option;
    }

    static String profile(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException(file + ": it is not UTF-8 text");
        } catch (FileSystemException failure) {
            throw new IllegalArgumentException(FileTrouble.describe(failure));
        } catch (IOException | InvalidPathException failure) {
            throw new IllegalArgumentException(file + ": " + failure.getMessage());
        }
    }
}
