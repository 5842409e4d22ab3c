#!/bin/sh
# Is a program step 10? ./boxwright check 10 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

inside "$@" sh -c 'while read -r name value; do [ "$name" != Seccomp: ] || echo "$value"; done </proc/self/status'
outcome "$(is "$out" 2)" "the program is behind a filter" "seccomp(SECCOMP_SET_MODE_FILTER, 0, &program), after no_new_privs"

inside "$@" sh -c '(exit 7); echo "$?"'
outcome "$(is "$out" 7)" "processes can still be made" "clone has to be allowed without CLONE_NEW… in its flags, and clone3 be answered with ENOSYS"

attack_fails "$here/attack.sh" "nobody becomes root of a new user namespace" \
    "unshare, setns, and clone with CLONE_NEWUSER: EPERM for who has no CAP_SYS_ADMIN" "$@"

inside "$@" mount -t tmpfs none /tmp
outcome "$(case $code in 0) echo no ;; *) echo yes ;; esac)" "nothing can be mounted" "mount is on no list without CAP_SYS_ADMIN"
exit $failed
