# The kernel of the test machine. Sourced by tests/vm/run; never run by itself.
#
# Debian's package is downloaded and unpacked, not installed. It is fetched once; delete the directory to get a newer one.

vm_cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/boxwright/vm

# needs_programs: all that the machine is made of. Sets busybox.
needs_programs() {
    [ "$(uname -m)" = x86_64 ] || fail "needs an x86-64 machine: the guest runs this machine's own programs"
    for program in qemu-system-x86_64:qemu-system-x86 cpio:cpio busybox:busybox-static timeout:coreutils; do
        command -v "${program%%:*}" >/dev/null ||
            fail "needs the program ${program%%:*} (Debian: ${program#*:}); tests/run installs it"
    done
    busybox=$(command -v busybox)
    # A busybox of another distribution may need its C library, which the first root does not have.
    ! head -c 4096 "$busybox" | grep -q 'ld-linux\|ld-musl' || fail "needs a static busybox (Debian: busybox-static)"
}

# find_kernel: sets kernel, a directory with vmlinuz and lib/modules.
find_kernel() {
    for kernel in "$vm_cache"/linux-image-*; do
        [ ! -f "$kernel/vmlinuz" ] || return 0
    done
    fetch_kernel
}

kernel_package() {
    apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1
}

# fetch_kernel: the newest one that Debian has here. Not the -cloud- flavour, which lacks 9p.
fetch_kernel() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
        fail "the machine's kernel is a package of Debian, which needs apt-get and dpkg-deb to be fetched"
    package=$(kernel_package)
    if [ -z "$package" ] && [ "$(id -u)" = 0 ]; then
        apt-get update --quiet=2 || :
        package=$(kernel_package)
    fi
    [ -n "$package" ] || fail "apt-get knows no package linux-image-amd64; apt-get update may help"
    echo "tests/vm/run: fetching $package, once..." >&2
    mkdir -p "$vm_cache"
    new=$(mktemp -d "$vm_cache/.new.XXXXXX")
    (
        cd "$new"
        apt-get download -qq "$package" 2>apt.log || {
            cat apt.log >&2
            exit 1
        }
        # Half of its modules drive graphics, sound and the like.
        dpkg-deb --fsys-tarfile "$package"_*.deb |
            tar -x --wildcards --exclude='*/kernel/sound/*' --exclude='*/kernel/drivers/[!bcnv]*' \
                './boot/vmlinuz-*' './lib/modules/*'
        mv boot/vmlinuz-* vmlinuz
        busybox depmod -b . "$(ls lib/modules)"
        rm -rf ./*.deb boot apt.log
    ) || {
        rm -rf "$new"
        fail "cannot fetch the kernel's package $package"
    }
    kernel=$vm_cache/$package
    # Two first runs at once: the first one to come here wins.
    mv -T "$new" "$kernel" 2>/dev/null || rm -rf "$new"
}

# copy_modules ROOT MODULE...: these and what they depend on, by modules.dep, which is a line "module: needs needs" each.
copy_modules() {
    (
        root=$1
        shift
        cd "$kernel"
        release=$(ls lib/modules)
        mkdir -p "$root/lib/modules/$release"
        cp "lib/modules/$release/modules.dep" "$root/lib/modules/$release"
        for module in "$@"; do
            grep "/$module.ko:" "lib/modules/$release/modules.dep"
        done | tr -d : | tr ' ' '\n' | sort -u | while read -r file; do
            mkdir -p "$root/lib/modules/$release/${file%/*}"
            cp "lib/modules/$release/$file" "$root/lib/modules/$release/$file"
        done
    )
}
