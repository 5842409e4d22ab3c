#!/bin/sh
# Is a program step 7? ./boxwright check 7 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

# shellcheck disable=SC2016 # the shell inside expands it
inside "$@" sh -c 'echo a | cat | cat'
outcome "$(is "$out" a)" "it has a few processes at once" "pids.max of a shell with a pipe is not below 4"

attack_fails "$here/attack.sh" "a fork bomb stops" "a group of its own with pids.max, and in it before the execve" "$@"

attack_fails "$here/attack-memory.sh" "a memory hog is stopped" \
    "memory.max, and memory.swap.max; in cgroup v1 memory.limit_in_bytes and then memory.memsw.limit_in_bytes: 64 MiB" "$@"

inside "$@" sh -c 'while IFS=: read -r number names path; do [ "$path" = / ] || echo "$names $path"; done </proc/self/cgroup'
outcome "$(is "$code$out" 0)" "it sees its own group as the root" \
    "unshare(CLONE_NEWCGROUP), after the process is in its groups: what it is in then becomes the root"

inside "$@" sh -c 'head -c 8388608 /dev/zero | tail -n 1 | wc -c'
outcome "$(is "$((out + 0))" 8388608)" "8 MiB are no problem" "the limit is one of bytes"
exit $failed
