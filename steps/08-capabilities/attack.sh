#!/bin/sh
# Step 8's attack: take down what hides the host. Exits with 0 when that worked.
#
#   steps/08-capabilities/attack.sh ./jbang step05     before step 8
#   steps/08-capabilities/attack.sh ./jbang step08     in step 8
#
# Step 3 has laid masks over what /proc tells of the whole machine. They are mounts, and what a mount has hidden, root may
# unmount. Nothing outside changes: it is the mount of this container.
found=$("$@" sh -c 'umount /proc/interrupts && head -n 1 /proc/interrupts')
echo "inside: the mask is ${found:+off, and I see the processors of the host: }${found:-where it was}"
[ -n "$found" ]
