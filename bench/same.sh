# The container of Bound.java with mount(8) and its friends, each of which is a process. Run by `unshare ... sh same.sh`.
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd @ROOTFS@
hostname bench
mount --make-rprivate /
mount --rbind . .
cd @ROOTFS@
umask 0
mount -t proc -o nosuid,noexec,nodev proc proc
mount -t sysfs -o nosuid,noexec,nodev,ro sysfs sys
mount -t tmpfs -o nosuid,strictatime,mode=755,size=65536k tmpfs dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
mount -t tmpfs -o nosuid,noexec,nodev,mode=1777,size=65536k shm dev/shm
mount -t mqueue -o nosuid,noexec,nodev mqueue dev/mqueue
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for file in proc/interrupts proc/kcore proc/keys proc/latency_stats proc/timer_list proc/timer_stats proc/sched_debug; do
    [ ! -e $file ] || mount --bind dev/null $file
done
for directory in proc/acpi proc/asound proc/scsi sys/devices/virtual/powercap sys/firmware; do
    [ ! -d $directory ] || mount -t tmpfs -o ro tmpfs $directory
done
for path in proc/bus proc/fs proc/irq proc/sys proc/sysrq-trigger; do
    [ ! -e $path ] || mount --bind -o ro $path $path
done
umask 022
pivot_root . .
umount -l .
exec chroot . /bin/true
