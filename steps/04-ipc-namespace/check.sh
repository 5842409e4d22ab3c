#!/bin/sh
# Is a program step 4? ./boxwright check 4 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

# The host is played by an IPC namespace of this script's own, with a queue in it.
outside=$(mktemp)
# shellcheck disable=SC2016 # the shell inside expands it
unshare --ipc sh -c 'ipcmk --queue >/dev/null && readlink /proc/self/ns/ipc >"$1" && shift && exec "$@"' sh "$outside" \
    sh -c 'exec "$@" sh -c "readlink /proc/self/ns/ipc; cat /proc/sysvipc/msg"' sh "$@" >"$outside.seen" 2>&1 </dev/null
seen=$(cat "$outside.seen")
inner=$(grep -o 'ipc:\[[0-9]*\]' "$outside.seen")
outcome "$([ -n "$inner" ] && [ "$inner" != "$(cat "$outside")" ] && echo yes || echo no)" \
    "it has an IPC namespace of its own" "CLONE_NEWIPC is missing among the flags"
outcome "$(is "$(grep -c '^ *[-0-9]' "$outside.seen")" 0)" "a queue of the host is not in its list" \
    "the list is that of the namespace; /proc has to be the container's, too"
rm -f "$outside" "$outside.seen"

inside "$@" sh -c 'while read -r _ place type _; do [ "$type" != mqueue ] || echo "$place"; done </proc/mounts'
outcome "$(is "$out" /dev/mqueue)" "its POSIX queues are in /dev/mqueue" "mount(2) of the type mqueue, from inside"
exit $failed
