package boxwright.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings and clocks of a namespace: only what is the namespace's own can be set. */
class NamespaceSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward=1, net/ipv4/ip_forward, NETWORK",
        "net/ipv4/ip_forward=1, net/ipv4/ip_forward, NETWORK",
        "net.ipv4.conf.eth0/100.forwarding=1, net/ipv4/conf/eth0.100/forwarding, NETWORK",
        "net/ipv4/conf/eth0.100/forwarding=1, net/ipv4/conf/eth0.100/forwarding, NETWORK",
        "kernel.shmmax=1, kernel/shmmax, IPC",
        "kernel.sem=1 2 3 4, kernel/sem, IPC",
        "fs.mqueue.msg_max=1, fs/mqueue/msg_max, IPC",
        "kernel.domainname=example.org, kernel/domainname, UTS"
    })
    void aSettingBelongsToANamespace(String text, String path, Sysctl.Namespace namespace) {
        Sysctl sysctl = Sysctl.parse(text);

        assertThat(sysctl.path()).isEqualTo(path);
        assertThat(sysctl.namespace()).isEqualTo(namespace);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.panic=1",
                "vm.swappiness=1",
                "fs.file-max=1",
                "kernel.core_pattern=|/bin/sh",
                "net=1",
                "network.x=1",
                "kernel.shmmaxx=1",
                "fs.mqueue=1"
            })
    void aSettingOfTheWholeMachineIsRefused(String text) {
        assertThatThrownBy(() -> Sysctl.parse(text)).hasMessageContaining("of the whole machine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"net/../kernel/panic=1", "net.ipv4..x=1", "net/./x=1", ".net=1", "/net/x=1", "net/=1"})
    void aPathThatWouldLeadElsewhereIsNoName(String text) {
        assertThatThrownBy(() -> Sysctl.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSettingHasANameAndAValue() {
        assertThatThrownBy(() -> Sysctl.parse("net.x")).hasMessageContaining("NAME=VALUE");
        assertThatThrownBy(() -> Sysctl.parse("=1")).hasMessageContaining("NAME=VALUE");
        assertThatThrownBy(() -> Sysctl.parse("kernel.hostname=x")).hasMessageContaining("--hostname");
        assertThat(Sysctl.parse("net.x = a=b ").value()).isEqualTo("a=b");
    }

    @ParameterizedTest
    @CsvSource({
        "monotonic=0, monotonic 0 0",
        "boottime=86400, boottime 86400 0",
        "boottime=-1, boottime -1 0",
        "monotonic=1.5, monotonic 1 500000000",
        "monotonic=-5.5, monotonic -6 500000000",
        "monotonic=0.000000001, monotonic 0 1"
    })
    void anOffsetIsSecondsAndNanosecondsThatCountForward(String text, String line) {
        assertThat(ClockOffset.parse(text).line()).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "boottime",
                "realtime=1",
                "boottime=",
                "boottime=1s",
                "boottime=--1",
                "boottime=+1",
                "boottime=1.",
                "boottime=.5",
                "boottime=1.0000000001",
                "boottime=9999999999",
                "boottime=-9999999999",
                "boottime=99999999999999999999"
            })
    void whatIsNoOffsetIsRefused(String text) {
        assertThatThrownBy(() -> ClockOffset.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(NumberFormatException.class);
    }
}
