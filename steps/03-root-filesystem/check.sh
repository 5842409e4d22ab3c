#!/bin/sh
# Is a program step 3? ./boxwright check 3 -- PROGRAM runs this.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../check-lib.sh"

runs "$@"

attack_fails "$here/attack.sh" "no file of the host can be read" \
    "CLONE_NEWNS, then pivot_root(2), then umount2(2) of the old root with MNT_DETACH" "$@"

attack_fails "$here/attack-mount.sh" "no mount propagates to the host" \
    "mount(2) with MS_REC|MS_PRIVATE on / before every other mount: systemd makes mounts shared" "$@"

inside "$@" sh -c 'cd /proc && echo [0-9]*'
outcome "$(is "$out" 1)" "/proc shows its own processes" "mount a new proc after the pivot, from inside the PID namespace"

inside "$@" sh -c 'echo x >/dev/null && head -c 1 /dev/zero | wc -c'
outcome "$(is "$(echo $out)" 1)" "/dev has null and zero" "a tmpfs on /dev, and mknod(2) of the usual devices"
exit $failed
