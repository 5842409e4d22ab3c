#!/bin/sh
# Is a program step 6? ./boxwright check 6 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

attack_fails "$here/attack.sh" "root inside may not set what is the machine's" \
    "CLONE_NEWUSER, and a map in which 0 inside is not 0 outside" "$@"

inside "$@" id -u
outcome "$(is "$out" 0)" "it is root inside" "write 0 into the first column of /proc/PID/uid_map, then setresuid(0, 0, 0)"

inside "$@" sh -c 'while read -r inside outside count; do [ "$inside" != 0 ] || echo "$outside"; done </proc/self/uid_map'
case $out in '' | 0 | *[!0-9]*) nobody=no ;; *) nobody=yes ;; esac
outcome $nobody "that root is an ordinary user outside" "the second column of uid_map: user_namespaces(7)"

inside "$@" sh -c 'mkdir -p /tmp && mount -t tmpfs mine /tmp && echo mounted'
outcome "$(is "$out" mounted)" "it may still mount in what is its own" \
    "the mount namespace has to belong to the user namespace: make both by one clone3, or CLONE_NEWUSER first"
exit $failed
