# Starts a command of ours: finds a JDK, builds the engine when that is asked for, lets the JVM learn once how to start fast
# (an AOT cache), and becomes that JVM. Sourced by boxwright and bin/boxwright-runtime; never run by itself.
#
#   checkout_of SCRIPT    sets checkout: the one that a script lies in, or in whose bin/ it does
#   start_java ARG…       becomes the JVM
#
# Before start_java: checkout, command (the name in messages), main (its class), cache (the name of its AOT cache), builds
# (whether a source that is newer than the jar has it built anew), and the function `train`, which runs the command by
# train_with as it will be run mostly.
#
# It stands before every container, so when nothing is to be built it starts at most one process, `find`.

# A closed standard descriptor would be the next file that the JVM opens, and so the container's.
[ -e /proc/self/fd/0 ] || exec </dev/null
[ -e /proc/self/fd/1 ] || exec >/dev/null
[ -e /proc/self/fd/2 ] || exec 2>/dev/null

# Others may call us with no environment at all.
: "${PATH:=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
export PATH

checkout_of() {
    checkout=${1%/*}
    # One path for one checkout, whatever the way to it: the AOT cache holds for the class path that it was made with.
    case $checkout in
    .) checkout=$PWD ;;
    /*) ;;
    *) checkout=$PWD/${checkout#./} ;;
    esac
    case $checkout/ in */./* | */../* | *//*) checkout=$(cd -P "$checkout" && pwd) ;; esac
    case $1 in bin/* | */bin/*) checkout=${checkout%/bin} ;; esac
}

# fail MESSAGE: 125 is the exit code for what went wrong before a container, as Docker's.
fail() {
    echo "$command: $*" >&2
    exit 125
}

is_stale() {
    [ ! -f "$jar" ] || [ -e "$building" ] ||
        { $builds && [ -n "$(find "$checkout/pom.xml" "$checkout/engine/pom.xml" "$checkout/engine/src" -newer "$jar" -print -quit)" ]; }
}

is_trained() {
    [ "$aot" -nt "$jar" ]
}

# with_lock WHAT: two first runs at once build once. The lock is the kernel's: it ends with its holder, however that ends.
with_lock() {
    exec 9>"$target/lock"
    ! command -v flock >/dev/null || flock 9
    "$1"
    exec 9>&-
}

build() {
    is_stale || return 0 # somebody else's build ended while we waited for the lock
    if [ -f "$jar" ]; then echo "building Boxwright anew, its sources have changed..."; else echo "building Boxwright once..."; fi >&2
    log=$target/build.log
    : >"$building"
    "$checkout/mvnw" -B -q -f "$checkout/pom.xml" -pl engine -am package -DskipTests -Dquick >"$log" 2>&1 </dev/null 9>&- || {
        cat "$log" >&2
        fail "the build failed; the same lines are in $log"
    }
    # As old as the build's beginning, so that a source which changed meanwhile is newer.
    touch -r "$building" "$jar"
    rm -f "$building"
    give_back
}

# AOT cache (JEP 514): a JVM that ran the command once writes down the classes that it loaded and linked, and the next
# JVM maps them. What it saw is what gets faster, so it sees the main thing, a container, where we may start one.
make_cache() {
    ! is_trained || return 0
    rm -f "$target/$cache"-*.aot "$aot.new"
    train || :
    # An empty cache says: tried, and got none. It is not tried again before the next build.
    [ -s "$aot.new" ] || : >"$aot.new"
    mv -f "$aot.new" "$aot"
    give_back
}

train_with() {
    (java="-XX:AOTCacheOutput=$aot.new" && become_java "$@") >"$target/train.log" 2>&1 </dev/null 9>&- && [ -s "$aot.new" ]
}

# give_back: what root built in a user's checkout (sudo ./boxwright) belongs to that user.
give_back() {
    [ "$(id -u)" != 0 ] || chown -R --reference="$checkout/pom.xml" "$target" 2>/dev/null || :
}

# What the JVM is told, and why. A command lives for some 50 ms, of which each of these is worth one or more:
#   Xms, Xmn                the heap starts small: a JVM would prepare a 64th of the machine's memory for what uses 10 MB
#   ArchiveRelocationMode   the cache is mapped where its pointers lead to, else each of them is written anew, 10 ms
#   AOTReplayTraining       no compiling beforehand of what was compiled in the training: that takes longer than to interpret it
#   CompileThresholdScaling compiles what is called often, as a terminal's copying, and not what a start calls some times
#   NoLogging               see boxwright.cli.NoLogging
# A later JDK may not have all of the diagnostic ones: then they are ignored.
become_java() {
    exec "$JAVA_HOME/bin/java" "$java" -XX:+UseSerialGC -Xms24m -Xmn8m -XX:TieredStopAtLevel=1 -XX:-UsePerfData -XX:-MaxFDLimit \
        -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 \
        -XX:-AOTRecordTraining -XX:-AOTReplayTraining -XX:CompileThresholdScaling=3 \
        -Xlog:disable -Xlog:all=error:stderr \
        --enable-native-access=ALL-UNNAMED \
        -Djna.boot.library.path="$target/lib/native" -Djna.nosys=true -Djna.nounpack=true \
        -Djava.util.logging.manager=boxwright.cli.NoLogging \
        -Dboxwright.command="$checkout/boxwright" \
        -cp "$jar" "$main" "$@"
}

start_java() {
    target=$checkout/engine/target
    jar=$target/boxwright.jar
    building=$target/.building # there while a build is on, and when one was broken off
    find_jdk "$checkout" || exit 125
    if is_stale; then
        mkdir -p "$target" 2>/dev/null && [ -w "$target" ] ||
            fail "must be built, and you may not write $target. Run it once as the owner of that directory, or copy the checkout."
        with_lock build
    fi
    aot=$target/$cache-$jdk_version.aot
    is_trained || [ ! -w "$target" ] || with_lock make_cache

    # In the locale "C" (cron, env -i, a bare server) a JVM takes every letter beyond ASCII in an argument for a question mark.
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in "" | C | POSIX) export LC_ALL=C.UTF-8 ;; esac

    java=-XX:AOTCache=$aot
    [ -s "$aot" ] || java=-Xshare:auto
    become_java "$@"
}
