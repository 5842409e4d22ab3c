#!/bin/sh
# Step 6's attack: act as root on the host, by a setting of the whole machine. Exits with 0 when that worked.
#
#   steps/06-user-namespace/attack.sh ./jbang step05     in step 5
#   steps/06-user-namespace/attack.sh ./jbang step06     in step 6
#
# The setting is written with the value that it has: your machine stays as it is.

setting=/proc/sys/kernel/panic
value=$(cat $setting)
echo "outside: $setting is $value, and may be written by $(stat -c %U $setting)"

# Inside, the settings are read-only: by a mount, which root takes off.
# shellcheck disable=SC2016 # the shell inside expands it
"$@" sh -c 'echo "inside: I am user $(id -u)"
    umount /proc/sys
    echo "$2" >"$1" && echo "inside: the machine takes what I say for it"' attack $setting "$value"
