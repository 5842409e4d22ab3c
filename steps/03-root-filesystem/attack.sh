#!/bin/sh
# Step 3's attack: read a file of the host. Exits with 0 when that worked.
#
#   steps/03-root-filesystem/attack.sh ./jbang step02     in step 2
#   steps/03-root-filesystem/attack.sh ./jbang step03     in step 3
#
# The same after a walk out of the container, which chroot does not stop and pivot_root does:
#
#   steps/03-root-filesystem/attack.sh ./jbang steps/03-root-filesystem/ChrootEscape.java --chroot
#   steps/03-root-filesystem/attack.sh ./jbang steps/03-root-filesystem/ChrootEscape.java

file=$(mktemp)
trap 'rm -f "$file"' EXIT
secret="secret number $$"
echo "$secret" >"$file"
echo "outside: there is a secret in $file"

found=$("$@" cat "$file")
echo "inside: found ${found:-nothing}"
[ "$found" = "$secret" ]
