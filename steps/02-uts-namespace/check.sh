#!/bin/sh
# Is a program step 2? ./boxwright check 2 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

inside "$@" cat /proc/sys/kernel/hostname
[ "$out" != "$(cat /proc/sys/kernel/hostname)" ] && named=yes || named=no
outcome $named "it has a host name of its own" "sethostname(2), after CLONE_NEWUTS and before execve(2)"

if [ "$(id -u)" = 0 ]; then
    attack_fails "$here/attack.sh" "the host cannot be renamed" "CLONE_NEWUTS is missing among the flags" "$@"
fi
exit $failed
