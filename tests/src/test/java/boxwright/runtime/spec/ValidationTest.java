package boxwright.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration must not be, with the words that a user gets. */
class ValidationTest {
    private static final String GOOD = "{'ociVersion': '1.0.2', 'root': {'path': 'rootfs'}, "
            + "'process': {'cwd': '/', 'args': ['sh']}, 'linux': {'namespaces': [{'type': 'mount'}]}}";

    private static void check(String json) {
        Validation.check(ConfigurationReader.read("config.json", json.replace('\'', '"')));
    }

    @Test
    void aSmallConfigurationIsGood() {
        assertThatNoException().isThrownBy(() -> check(GOOD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'1.0.2' | '2.0.0' | of another series",
                "'1.0.2' | '' | ociVersion is missing",
                "'1.0.2' | '1' | no version such as",
                "'1.0.2' | '1.x.0' | no version such as",
                "'path': 'rootfs' | 'path': '' | root.path is missing",
                "'cwd': '/' | 'cwd': 'a' | process.cwd: \"a\" is no absolute path",
                "'cwd': '/', | `` | process.cwd is missing",
                "['sh'] | [] | process.args is empty",
                "['sh'] | ['s\\u0000h'] | process.args: a NUL character inside",
                "'type': 'mount' | 'type': 'mnt' | there is no namespace of type \"mnt\"",
                "{'type': 'mount'} | {'type': 'mount'}, {'type': 'mount'} | mount is there twice",
                "{'type': 'mount'} | {'type': 'mount', 'path': 'x'} | the path \"x\" is not absolute",
                "{'type': 'mount'} | {'type': 'user'} | has to know who its users are",
                "'linux': { | 'linux': {'uidMappings': [{'size': 1}], | need a user namespace",
                "'linux': { | 'hostname': 'a', 'linux': { | without a UTS namespace",
                "'linux': { | 'linux': {'timeOffsets': {'boottime': {'secs': 1}}, | need a new time namespace",
                "'linux': { | 'linux': {'sysctl': {'net.ipv4.ip_forward': '1'}, | needs a network namespace",
                "'linux': { | 'linux': {'sysctl': {'kernel.msgmax': '1'}, | needs an IPC namespace",
                "'linux': { | 'linux': {'sysctl': {'kernel.core_pattern': '1'}, | for the whole machine",
                "'linux': { | 'linux': {'sysctl': {'net/../kernel/core_pattern': '1'}, | no name of a kernel parameter",
                "'linux': {'namespaces': [ | 'linux': {'sysctl': {'kernel.hostname': 'x'}, 'namespaces': [{'type': 'uts', 'path': '/proc/self/ns/uts'}, | needs a UTS namespace",
                "'linux': {'namespaces': [ | 'linux': {'sysctl': {'kernel.sem': '1'}, 'namespaces': [{'type': 'ipc', 'path': '/proc/self/ns/ipc'}, | needs an IPC namespace",
                "'linux': {'namespaces': [ | 'linux': {'sysctl': {'net.core.somaxconn': '1'}, 'namespaces': [{'type': 'network', 'path': '/proc/self/ns/net'}, | needs a network namespace",
                "'path': 'rootfs' | 'path': 'root\\u0000fs' | root.path: a NUL character inside",
                "'linux': { | 'linux': {'cgroupsPath': 'a\\u0000b', | linux.cgroupsPath: a NUL character inside",
                "'linux': { | 'linux': {'intelRdt': {}, | leave it out",
                "'linux': { | 'linux': {'personality': {'domain': 'X'}, | neither LINUX nor LINUX32",
                "'linux': { | 'linux': {'rootfsPropagation': 'x', | none of shared",
                "'linux': { | 'linux': {'maskedPaths': ['x'], | \"x\" is no absolute path",
                "'linux': { | 'linux': {'devices': [{'path': '/dev/x', 'type': 'q'}], | none of c, u, b, p",
                "'linux': { | 'mounts': [{'type': 'proc'}], 'linux': { | mounts[0].destination is missing",
                "'linux': { | 'hooks': {'prestart': [{'path': 'x'}]}, 'linux': { | hooks.prestart[0].path: \"x\" is no absolute path",
                "'linux': { | 'hooks': {'poststop': [{'path': '/x', 'timeout': -1}]}, 'linux': { | timeout: -1 is not above 0",
                "'cwd': | 'oomScoreAdj': 2000, 'cwd': | 2000 is not from -1000 to 1000",
                "'cwd': | 'rlimits': [{'type': 'A'}, {'type': 'A'}], 'cwd': | A is there twice",
            })
    void whatContradictsIsRefused(String part, String instead, String message) {
        assertThat(GOOD).contains(part);
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> check(GOOD.replace(part, instead)))
                .withMessageContaining(message);
    }

    @Test
    void aNewerMinorVersionIsUnderstood() {
        assertThatNoException().isThrownBy(() -> check(GOOD.replace("1.0.2", "1.99.7-dev+x")));
    }

    @Test
    void theFirstSeparatorOfAKernelParameterCounts() {
        assertThat(Sysctls.dotted("net/ipv4/conf/eth0.1/x")).isEqualTo("net.ipv4.conf.eth0/1.x");
        assertThat(Sysctls.dotted("net.ipv4.conf.eth0/1.x")).isEqualTo("net.ipv4.conf.eth0/1.x");
    }
}
