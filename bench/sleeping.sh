# What stays in memory while a container sleeps. Sourced by bench/run.

# sleeper SECONDS: the pid of the container's own program, in at most ten seconds. The odd number of seconds is its mark.
sleeper() {
    for _ in $(seq 100); do
        for cmdline in /proc/[0-9]*/cmdline; do
            # It may have ended meanwhile.
            if [ "$({ tr '\0' ' ' <"$cmdline"; } 2>/dev/null)" = "sleep $1 " ]; then
                cmdline=${cmdline#/proc/}
                echo "${cmdline%/cmdline}"
                return
            fi
        done
        sleep 0.1
    done
}

parent() {
    sed -n 's/^PPid:\t//p' "/proc/$1/status" 2>/dev/null
}

# private PID: KiB that end when the process ends, proc(5) smaps_rollup.
private() {
    awk '/^Private_/ { sum += $2 } END { print sum + 0 }' "/proc/$1/smaps_rollup"
}

# beside ROW COMMAND...: lines "ROW|process|KiB" for the command that waits in front and for each process over the container.
beside() {
    row=$1 seconds=$2
    shift 2
    "$@" </dev/null >/dev/null 2>&1 &
    front=$!
    inside=$(sleeper "$seconds")
    if [ -z "$inside" ]; then
        echo "$row|no container after ten seconds|0"
    else
        sleep 0.5
        pid=$(parent "$inside")
        while [ "${pid:-0}" -gt 1 ] && [ "$pid" != $$ ] && [ "$pid" != "$front" ]; do
            echo "$row|$(tr '\0' '\n' <"/proc/$pid/cmdline" | head -1 | sed 's|^/[^ ]*/||')|$(private "$pid")"
            pid=$(parent "$pid")
        done
        echo "$row|the command itself, which waits in front|$(private "$front")"
        kill -KILL "$inside"
    fi
    wait "$front" 2>/dev/null || :
}

sleeping() {
    beside boxwright 100001 "$checkout/boxwright" run --rm host sleep 100001
    if runs_here bwrap; then
        beside bwrap 100002 bwrap --unshare-pid --bind "$work/rootfs" / --proc /proc --dev /dev --setenv PATH /usr/bin:/bin sleep 100002
    fi
    if runs_here crun; then
        bundle crun-sleeps sleep 100003
        # shellcheck disable=SC2046 # words are wanted
        beside crun 100003 $(around crun) crun --root "$work/crun" run --bundle "$work/crun-sleeps" bench-crun
    fi
    if runs_here runc; then
        bundle runc-sleeps sleep 100004
        beside runc 100004 runc --root "$work/runc" run --bundle "$work/runc-sleeps" bench-runc
    fi
    if runs_here podman; then
        # shellcheck disable=SC2046,SC2086 # words are wanted
        beside podman 100005 $(around podman) $podman_run sleep 100005
    fi
}

runs_here() {
    [ ! -e "$work/rows/$1.why" ]
}
