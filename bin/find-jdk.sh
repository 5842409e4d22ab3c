# Finds a JDK 25 or newer. Sourced by boxwright, jbang, mvnw and tests/run; never run by itself.
#
#   find_jdk CHECKOUT    sets and exports JAVA_HOME and sets jdk_version (such as 25.0.3+9-LTS); else says why not, and
#                        returns 1.
#
# `boxwright` comes through here at every start, so the usual way starts no process at all: not even `java -version`,
# since every JDK has a file `release` that tells its version.

# is_jdk DIR: is it a JDK (not a mere JRE: we compile), and new enough? Sets jdk_version.
is_jdk() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    jdk_version=
    while IFS='"' read -r jdk_key jdk_value jdk_rest; do
        case $jdk_key in JAVA_RUNTIME_VERSION= | JAVA_VERSION=) jdk_version=$jdk_value && break ;; esac
    done <"$1/release"
    jdk_major=${jdk_version%%[!0-9]*}
    [ "${jdk_major:-0}" -ge 25 ]
}

# search_jdk: looks at every place where distributions and tools put a JDK. Sets JAVA_HOME.
search_jdk() {
    jdk_javac=$(command -v javac) && jdk_javac=$(readlink -f "$jdk_javac") || jdk_javac=
    jdk_homes=$(home_directories)
    set -- "${jdk_javac%/bin/javac}" /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/*jdk*
    for jdk_home in $jdk_homes; do
        set -- "$@" "$jdk_home"/.sdkman/candidates/java/* "$jdk_home"/.jbang/cache/jdks/* "$jdk_home"/.jdks/*
    done
    set -- "$@" "${SDKMAN_CANDIDATES_DIR:-/none}"/java/* "${JBANG_CACHE_DIR:-/none}"/jdks/*
    for jdk_dir in "$@"; do
        is_jdk "$jdk_dir" && JAVA_HOME=$jdk_dir && return
    done
    return 1
}

# home_directories: the user's, and under sudo that of the one who typed it, where SDKMAN and JBang keep theirs.
home_directories() {
    echo "${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"
    [ -z "${SUDO_USER:-}" ] || getent passwd "$SUDO_USER" | cut -d: -f6
}

find_jdk() {
    jdk_cache=$1/engine/target/jdk
    if is_jdk "${JAVA_HOME:-/none}"; then
        export JAVA_HOME
        return
    fi
    if [ -r "$jdk_cache" ] && read -r JAVA_HOME <"$jdk_cache" && is_jdk "$JAVA_HOME"; then
        export JAVA_HOME
        return
    fi
    if search_jdk; then
        export JAVA_HOME
        [ ! -w "${jdk_cache%/*}" ] || echo "$JAVA_HOME" >"$jdk_cache"
        return
    fi
    # Any older Java is good enough to run Maven and JBang, and JBang can fetch a newer one.
    jdk_old=$(command -v java) && jdk_old=$(readlink -f "$jdk_old") || jdk_old=
    unset JAVA_HOME
    if [ -n "$jdk_old" ]; then
        JAVA_HOME=${jdk_old%/bin/java} jdk_version=
        JAVA_HOME=${JAVA_HOME%/jre}
        export JAVA_HOME
        [ -z "${BOXWRIGHT_BOOTSTRAP:-}" ] || return 0
        echo "No JDK 25 here: asking JBang to download one..." >&2
        BOXWRIGHT_BOOTSTRAP=1 "$1/jbang" jdk install 25 >&2 && search_jdk && export JAVA_HOME && return
    fi
    cat >&2 <<'END'
Boxwright needs a JDK 25 or newer and found none.
Looked at: JAVA_HOME, javac on PATH, /usr/lib/jvm, /usr/java, /opt, SDKMAN, JBang.
To get one: install your distribution's package (openjdk-25-jdk, java-25-openjdk-devel, openjdk25),
or `sdk install java 25-tem`, or unpack any JDK 25 and set JAVA_HOME to its directory.
END
    return 1
}
