#!/bin/sh
# Step 10's attack: get all of root's powers back. Exits with 0 when that worked.
#
#   steps/10-seccomp/attack.sh ./jbang step09     in step 9
#   steps/10-seccomp/attack.sh ./jbang step10     in step 10
#
# Whoever makes a user namespace has every capability in it, and from there much of the kernel can be reached that nobody
# has looked at for years. What step 8 has taken comes back by one call. It hurts nobody: the namespace ends with the shell.
found=$("$@" unshare --user --map-root-user grep CapEff: /proc/self/status)
echo "inside: ${found:-nothing gained}"
case $found in *ff) true ;; *) false ;; esac
