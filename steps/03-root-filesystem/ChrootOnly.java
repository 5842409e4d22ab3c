///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../ImageStep.java
//SOURCES ../02-uts-namespace/Step02.java

import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REC;

import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem.Overlay;
import boxwright.kernel.PlanBuilder;
import java.util.List;

/** Step 3 as it must not be: chroot where pivot_root belongs. {@link ChrootEscape} walks out of it. */
record ChrootOnly(Overlay root) implements Isolation {
    @Override
    public String chapter() {
        return "03-root-filesystem";
    }

    @Override
    public long cloneFlags() {
        return CLONE_NEWNS;
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.mount("none", "/", "", MS_REC | MS_PRIVATE).because("mounts here must not propagate to the host");
        plan.mount("overlay", root.mountPoint().toString(), "overlay", 0, root.options())
                .because("the image, with a layer above that takes what is written");
        plan.chroot(root.mountPoint().toString()).because("paths start here now; the old root is still there");
        plan.chdir("/").because("the current directory must not stay outside");
    }

    static List<Isolation> isolation(Overlay root) {
        return Step.with(Step02.isolation(), new ChrootOnly(root));
    }

    static void main(String[] args) {
        ImageStep.run("ChrootOnly", "chroot into another directory", args, ChrootOnly::isolation);
    }
}
