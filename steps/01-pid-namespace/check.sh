#!/bin/sh
# Is a program step 1? ./boxwright check 1 -- PROGRAM runs this.
#
#   steps/01-pid-namespace/check.sh ./jbang step01
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"
outcome yes "it runs a program"

inside "$@" sh -c 'exit 7'
outcome "$(is $code 7)" "it exits as the program does" "wait for the child, and exit with its exit status: wait4(2)"

inside "$@" sh -c 'echo $$'
outcome "$(is "$out" 1)" "the program is number 1" \
    "make the process with CLONE_NEWPID; after unshare(2) only the next child is in the new namespace, so fork once more"

attack_fails "$here/attack.sh" "a process outside cannot be killed" "is it really another PID namespace? readlink /proc/self/ns/pid" "$@"

inside "$@" sh -c "sleep 61$$ >/dev/null 2>&1 & exit"
inside pgrep -f -x "sleep 61$$"
left=$out
outcome "$(is $code 1)" "what it leaves running ends with it" \
    "the kernel kills the others when number 1 ends: number 1 must be the program itself, or end when that ends"
# shellcheck disable=SC2086 # they may be several
[ -z "$left" ] || kill $left
exit $failed
