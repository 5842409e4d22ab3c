# Installs what a script needs. Sourced by tests/run and bench/run; never run by itself.
#
#   needs SCRIPT NEEDED    NEEDED is words "program:Debian package". On Debian, as root, installs the packages whose program
#                          is not there; then says which ones are still missing. Never fails: who needs one says so.

# Debian has some of them where a plain user's PATH does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# missing NEEDED: the packages whose program is not there. A program with a slash is a path: `time` is a word of the shell.
missing() {
    for pair in $1; do
        command -v "${pair%%:*}" >/dev/null || printf '%s ' "${pair#*:}"
    done
}

install() {
    export DEBIAN_FRONTEND=noninteractive
    options="--yes --quiet=2 --no-install-recommends -o DPkg::Lock::Timeout=120"
    echo "Installing: $2"
    apt-get update --quiet=2 || echo "$1: apt-get update failed; going on with the package lists that are here" >&2
    # shellcheck disable=SC2086 # words are wanted
    apt-get install $options $2 >/dev/null && return
    # One of them may not be had here. It must not take the others with it.
    for package in $2; do
        apt-get install $options "$package" >/dev/null || echo "$1: cannot install $package" >&2
    done
}

needs() {
    packages=$(missing "$2")
    if [ -n "$packages" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        install "$1" "$packages"
        packages=$(missing "$2")
    fi
    [ -z "$packages" ] || cat >&2 <<END
$1: some of it will be left out: this machine lacks (by the names of Debian's packages)
    $packages
END
}
