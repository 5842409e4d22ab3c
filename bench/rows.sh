# The rows of the table, and what they need. Sourced by bench/run, with $work, $checkout, $bench and $JAVA_HOME.

java=$JAVA_HOME/bin/java

# as_command CACHE JARS CLASS ARGUMENT...: a program in a JVM as ./boxwright starts its own, with the same flags.
cat >"$work/as-command" <<END
#!/bin/sh
. "$checkout/bin/start.sh"
JAVA_HOME=$JAVA_HOME checkout=$checkout target=$checkout/engine/target
java=\$1 jar=\$2 main=\$3
shift 3
become_java "\$@"
END
chmod +x "$work/as-command"
cache=$checkout/engine/target/boxwright-$jdk_version.aot

cat >"$work/Hello.java" <<'END'
public class Hello {
    public static void main(String[] args) {
        System.out.println("Hello");
    }
}
END
"$JAVA_HOME/bin/javac" -d "$work" "$work/Hello.java"
"$JAVA_HOME/bin/jar" --create --file "$work/hello.jar" -C "$work" Hello.class
"$work/as-command" -XX:AOTCacheOutput="$work/hello.aot" "$work/hello.jar" Hello >/dev/null 2>&1
mkdir "$work/classes"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$checkout/engine/target/boxwright.jar" "$bench/ColdSeccomp.java" "$bench/ColdBound.java" "$bench/Bound.java"
"$JAVA_HOME/bin/jar" --create --file "$work/cold.jar" -C "$work/classes" .
cold=$checkout/engine/target/boxwright.jar:$work/cold.jar
"$work/as-command" -XX:AOTCacheOutput="$work/bound.aot" "$cold" ColdBound "$work/rootfs" >/dev/null 2>&1

# engine CLASS ARGUMENT...: a program of the bench, on the engine.
engine() {
    program=$1
    shift
    "$java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        -Djna.boot.library.path="$checkout/engine/target/lib/native" -Djna.nosys=true -Djna.nounpack=true \
        -cp "$checkout/engine/target/boxwright.jar" "$bench/$program.java" "$@"
}

# bundle NAME PROGRAM...: an OCI bundle of our container, with our root file system; see Bundle.java.
bundle() {
    name=$1
    shift
    engine Bundle "$bench/config.json" "$work/$name" "$work/rootfs" "$@"
}
bundle bundle true

# in_c NAME [ROOTFS]: a plan as a C program; see PlanInC.java.
in_c() {
    engine PlanInC ${2:+"$2"} >"$work/$1.c" &&
        { "$compiler" -O2 -static -o "$work/$1" "$work/$1.c" || "$compiler" -O2 -o "$work/$1" "$work/$1.c"; } 2>/dev/null
}
compiler=$(command -v cc || command -v gcc || command -v clang || :)
[ -z "$compiler" ] || { in_c bound-c "$work/rootfs" && in_c whole-c; } || compiler=

sed "s|@ROOTFS@|$work/rootfs|" "$bench/same.sh" >"$work/same.sh"

namespaces="--pid --fork --uts --ipc --net --mount --cgroup"
podman_run="podman --root $work/podman --runroot $work/podman-run --tmpdir $work/podman-tmp --cgroup-manager cgroupfs \
--runtime runc run --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --rootfs $work/rootfs"

# have PROGRAM COMMAND...: the command, or nothing where there is no such program.
have() {
    ! command -v "$1" >/dev/null || echo "$2"
}

# One command each of the three runtimes, with what has to be there before it: see prepare.
verb_rows() {
    for verb in create start state delete; do
        for runtime in ours crun runc; do
            case $verb in create) words="create --bundle $work/bundle" ;; delete) words="delete --force" ;; *) words=$verb ;; esac
            echo "$runtime-$verb|$(named $runtime) $verb|$(have "$(program $runtime)" "$(program $runtime) --root $work/$runtime $words bench-$runtime")"
        done
    done
}

program() {
    case $1 in ours) echo "$checkout/bin/boxwright-runtime" ;; *) echo "$1" ;; esac
}

named() {
    case $1 in ours) echo boxwright-runtime ;; *) echo "$1" ;; esac
}

# before RUNTIME PROGRAM VERB: makes what a verb needs, and nothing else of that name.
cat >"$work/before" <<END
#!/bin/sh
\$2 --root $work/\$1 delete --force bench-\$1 >/dev/null 2>&1
[ \$3 = create ] || \$2 --root $work/\$1 create --bundle $work/bundle bench-\$1 </dev/null >/dev/null 2>&1
END
chmod +x "$work/before"

# prepare ROW: what is done before each run of a row, and not measured.
prepare() {
    case $1 in
    ours-* | crun-* | runc-*) echo "$work/before ${1%-*} $(program "${1%-*}") ${1#*-}" ;;
    *) echo true ;;
    esac
}

# rows: ROW|what the table calls it|command. No command: left out, and absent says why.
rows() {
    cat <<END
java|java, hello world|$java -cp $work/hello.jar Hello
java-aot|java, hello world: our flags and an AOT cache|$work/as-command -XX:AOTCache=$work/hello.aot $work/hello.jar Hello
boxwright|boxwright run --rm host true|$checkout/boxwright run --rm host true
cold-bound|the same cold: six namespaces, root bound, and no more|$work/as-command -XX:AOTCache=$work/bound.aot $cold ColdBound $work/rootfs
unshare|unshare: six namespaces, /proc, no root of its own|$(have unshare "unshare $namespaces --mount-proc true")
same-sh|unshare and mount(8) making the same container|$(have unshare "unshare $namespaces sh $work/same.sh")
bound-c|the same system calls in static C: six namespaces, root bound|${compiler:+$work/bound-c}
whole-c|the same system calls in static C: all of boxwright run|${compiler:+$work/whole-c}
bwrap|bwrap|$(have bwrap "bwrap --unshare-pid --unshare-uts --unshare-ipc --unshare-net --unshare-cgroup --hostname bench --bind $work/rootfs / --proc /proc --dev /dev --ro-bind /sys /sys --setenv PATH /usr/bin:/bin true")
crun|crun run|$(have crun "crun --root $work/crun run --bundle $work/bundle bench-crun")
runc|runc run|$(have runc "runc --root $work/runc run --bundle $work/bundle bench-runc")
ours|boxwright-runtime run|$checkout/bin/boxwright-runtime --root $work/ours run --bundle $work/bundle bench-ours
$(verb_rows)
podman|podman run --rm|$(have podman "$podman_run true")
END
}

# absent ROW: why it has no command.
absent() {
    case $1 in
    *-c) echo "no C compiler here, or it could not compile the plan" ;;
    *) echo "not installed here" ;;
    esac
}

# warm OUTPUT RUNS: containers from one JVM that stays.
warm() {
    engine WarmContainer "$work/rootfs" "$2" "$1"
}

# filter OUTPUT RUNS: the seccomp filter in JVMs that have just started, as hyperfine would write it.
filter() {
    for what in compile cache; do
        for _ in $(seq "$2"); do
            "$work/as-command" -XX:AOTCache="$cache" "$cold" ColdSeccomp "$what" || return
        done >"$work/filter.$what"
    done
    printf '{"results":[{"command":"filter-compile","times":[%s]},{"command":"filter-cache","times":[%s]}]}\n' \
        "$(paste -sd, "$work/filter.compile")" "$(paste -sd, "$work/filter.cache")" >"$1"
}

version() {
    ! command -v "$1" >/dev/null || echo "$1 $("$1" --version 2>&1 | grep -o '[0-9][0-9.]*[0-9]' | head -1)"
}

header() {
    echo "Date: $(date -u '+%Y-%m-%d %H:%M UTC')"
    echo "Commit: $(git -C "$checkout" describe --always --dirty 2>/dev/null || echo unknown)"
    echo "Kernel: $(uname -sr), $(uname -m)"
    echo "CPU: $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
    echo "JDK: $jdk_version"
    echo "Others: $(for tool in hyperfine unshare bwrap crun runc podman conmon; do version "$tool"; done | paste -sd, | sed 's/,/, /g')"
    echo "Load: $load_before before, $(cut -d' ' -f1-3 /proc/loadavg) after ($rounds rounds of $runs runs)"
    [ ! -e "$work/hybrid" ] || echo "Note: crun ran where cgroup.controllers is hidden; it refuses this machine's mix of cgroup v1 and v2"
}
