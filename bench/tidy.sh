# Leaves nothing behind. Sourced by bench/run.

# podman leaves these cgroups after its last container.
leftover_cgroups() {
    find /sys/fs/cgroup -maxdepth 2 -type d -name 'libpod_parent' 2>/dev/null
}

# remember_cgroups WORK: those that were there before us are not ours to remove.
remember_cgroups() {
    leftover_cgroups >"$1/cgroups-before"
}

tidy() {
    leftover_cgroups | grep -vxFf "$1/cgroups-before" | while read -r cgroup; do
        find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null || :
    done
    rm -rf "$1"
}
