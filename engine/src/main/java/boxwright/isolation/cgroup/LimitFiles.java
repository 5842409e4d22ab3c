package boxwright.isolation.cgroup;

import java.util.List;
import java.util.OptionalLong;

/** The files of one version of cgroups, and what limits look like in them. */
interface LimitFiles {
    List<Setting> memory(Limits.Memory limits);

    List<Setting> cpu(Limits.Cpu limits);

    Setting io(int weight, boolean bfq);

    /** Both versions have this one. */
    default Setting pids(long limit) {
        return new Setting(
                "pids.max",
                limit < 0 ? "max" : Long.toString(limit),
                limit < 0 ? "any number of processes" : processes(limit) + " at the most");
    }

    /** Both versions have these. */
    default List<Setting> cpuset(String processors, String nodes) {
        List<Setting> settings = new java.util.ArrayList<>();
        if (!processors.isEmpty()) {
            settings.add(new Setting("cpuset.cpus", processors, "it runs on these processors only"));
        }
        if (!nodes.isEmpty()) {
            settings.add(new Setting("cpuset.mems", nodes, "its memory comes from these nodes only"));
        }
        return settings;
    }

    private static String processes(long limit) {
        return limit + (limit == 1 ? " process or thread" : " processes and threads");
    }

    /** The time of how many processors a quota is, a phrase. */
    static String processors(long quota, OptionalLong period) {
        if (quota < 0) {
            return "any share of the processors' time";
        }
        double processors = (double) quota / period.orElse(Limits.Cpu.USUAL_PERIOD);
        // Hundredths: docker-run(1) takes --cpus from 0.01 on.
        String number = Double.toString(Math.round(processors * 100) / 100.0);
        return "the time of " + (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
                + (number.equals("1.0") ? " processor" : " processors") + " at the most";
    }
}
