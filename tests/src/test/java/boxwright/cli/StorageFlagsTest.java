package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.VolumeRequest;
import boxwright.engine.VolumeRequest.Host;
import boxwright.engine.VolumeRequest.Memory;
import boxwright.engine.VolumeRequest.Named;
import boxwright.isolation.Volume.Propagation;
import boxwright.isolation.Volume.Writing;
import boxwright.kernel.Constants;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -v}, {@code --mount} and {@code --tmpfs} mean what they mean to Docker. */
class StorageFlagsTest {
    private static final long USUAL = Constants.MS_NOSUID | Constants.MS_NODEV | Constants.MS_NOEXEC;

    @Test
    void aPathOfTheHostIsBoundAndMadeWhereItIsMissing() {
        Host plain = new Host("/src", true, "/dst", Writing.ALLOWED, true, Propagation.PRIVATE, false);

        assertThat(volume("-v", "/src:/dst")).isEqualTo(plain);
        assertThat(volume("-v", "/src:/dst:rw,rprivate")).isEqualTo(plain);
        assertThat(volume("-v", "/src:/dst:cached,nocopy")).isEqualTo(plain);
        assertThat(volume("--volume", "/src:/a/../dst/")).isEqualTo(plain);
        assertThat(volume("-v", "/src:/dst:ro"))
                .isEqualTo(new Host("/src", true, "/dst", Writing.FORBIDDEN, true, Propagation.PRIVATE, false));
        assertThat(volume("-v", "/src:/dst:Z,ro,rslave"))
                .isEqualTo(new Host("/src", true, "/dst", Writing.FORBIDDEN, true, Propagation.SLAVE, true));
        assertThat(volume("-v", "/src:/dst:bind,shared"))
                .isEqualTo(new Host("/src", true, "/dst", Writing.ALLOWED, false, Propagation.SHARED, false));
        assertThat(volume("-v", "./src:/dst"))
                .isEqualTo(new Host(
                        Path.of("./src").toAbsolutePath().toString(),
                        true,
                        "/dst",
                        Writing.ALLOWED,
                        true,
                        Propagation.PRIVATE,
                        false));
    }

    @Test
    void anotherWordIsTheNameOfAVolume() {
        assertThat(volume("-v", "data:/dst")).isEqualTo(new Named("data", "/dst", false));
        assertThat(volume("-v", "my.data_1-x:/dst:ro")).isEqualTo(new Named("my.data_1-x", "/dst", true));
        assertThat(volume("-v", "/dst")).isEqualTo(new Named("", "/dst", false));
        assertThat(volume("--mount", "source=data,target=/dst")).isEqualTo(new Named("data", "/dst", false));
        assertThat(volume("--mount", "type=volume,dst=/dst,ro=1,volume-nocopy")).isEqualTo(new Named("", "/dst", true));
    }

    @Test
    void aMountHasDockersKeys() {
        assertThat(volume("--mount", "type=bind,source=/src,target=/dst"))
                .isEqualTo(new Host("/src", false, "/dst", Writing.ALLOWED, true, Propagation.PRIVATE, false));
        assertThat(volume("--mount", "destination=/dst,src=/src,type=bind,readonly=true,bind-propagation=rslave"))
                .isEqualTo(new Host("/src", false, "/dst", Writing.FORBIDDEN, true, Propagation.SLAVE, false));
        assertThat(volume("--mount", "type=bind,src=/src,dst=/dst,ro,bind-recursive=writable"))
                .isEqualTo(new Host("/src", false, "/dst", Writing.NOT_AT_THE_TOP, true, Propagation.PRIVATE, false));
        assertThat(volume("--mount", "type=bind,src=/src,dst=/dst,bind-nonrecursive,consistency=cached"))
                .isEqualTo(new Host("/src", false, "/dst", Writing.ALLOWED, false, Propagation.PRIVATE, false));
        assertThat(volume("--mount", "type=bind,\"src=/a,b \"\"c\"\"\",dst=/dst"))
                .isEqualTo(new Host("/a,b \"c\"", false, "/dst", Writing.ALLOWED, true, Propagation.PRIVATE, false));
    }

    @Test
    void filesInMemoryHaveNoProgramsAndDevicesUnlessAsked() {
        assertThat(volume("--tmpfs", "/t")).isEqualTo(new Memory("/t", USUAL, ""));
        assertThat(volume("--tmpfs", "/t:")).isEqualTo(new Memory("/t", USUAL, ""));
        assertThat(volume("--tmpfs", "/t:rw,size=64m,mode=1777,exec"))
                .isEqualTo(new Memory("/t", Constants.MS_NOSUID | Constants.MS_NODEV, "size=64m,mode=1777"));
        assertThat(volume("--tmpfs", "/t:ro,suid,dev,exec,noatime,size=50%,uid=1000,nr_inodes=1k"))
                .isEqualTo(
                        new Memory("/t", Constants.MS_RDONLY | Constants.MS_NOATIME, "size=50%,uid=1000,nr_inodes=1k"));
        assertThat(volume("--mount", "type=tmpfs,target=/t,tmpfs-size=64MiB,tmpfs-mode=700"))
                .isEqualTo(new Memory("/t", USUAL, "size=67108864,mode=700"));
        assertThat(volume("--mount", "type=tmpfs,target=/t,readonly"))
                .isEqualTo(new Memory("/t", USUAL | Constants.MS_RDONLY, ""));
    }

    @Test
    void manyAreTakenInOneLine() {
        assertThat(request(
                        "-v", "/a:/1", "--tmpfs", "/2", "-v", "/b:/3", "--mount", "type=tmpfs,dst=/4", "--read-only"))
                .satisfies(asked ->
                        assertThat(asked.container().storage().readOnly()).isTrue())
                .extracting(asked -> asked.container().storage().volumes().stream()
                        .map(VolumeRequest::target)
                        .toList())
                .isEqualTo(List.of("/1", "/3", "/4", "/2"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /a:/b:c:d                 | invalid volume specification: '/a:/b:c:d'
            :/b                       | invalid volume specification: ':/b'
            /a:                       | invalid volume specification: '/a:'
            ``                        | invalid volume specification: ''
            :                         | invalid volume specification: ':'
            /a:ro                     | invalid volume specification: '/a:ro'
            /a:/b:xx                  | invalid mode: xx
            /a:/b:                    | invalid volume specification: '/a:/b:'
            /a:/b:ro,rw               | invalid mode: ro,rw
            /a:/b:rslave,rshared      | invalid mode: rslave,rshared
            /a:/b:unbindable          | invalid mode: unbindable
            data:/b:rslave            | invalid mode: rslave: a named volume is a plain directory
            /a:b                      | invalid mount path: 'b' mount path must be absolute
            b                         | invalid mount path: 'b' mount path must be absolute
            /a:/                      | invalid specification: destination can't be '/'
            /a:/x/..                  | invalid specification: destination can't be '/'
            d:/b                      | volume name is too short, names should be at least two alphanumeric characters
            a/b:/b                    | "a/b" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path
            -x:/b                     | "-x" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path
            """)
    void aVolumeThatMakesNoSenseIsRefused(String value, String message) {
        refused("-v", "-v, --volume", value, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                          | invalid field '' must be a key=value pair
            type=bind                                   | target is required
            src=/a                                      | target is required
            type=bind,dst=/b                            | invalid mount config for type "bind": field Source must not be empty
            type=bind,src=a,dst=/b                      | invalid mount config for type "bind": invalid mount path: 'a' mount path must be absolute
            type=bind,src=/a,dst=b                      | invalid mount path: 'b' mount path must be absolute
            type=bind,src=/a,dst=/b,what                | invalid field 'what' must be a key=value pair
            type=bind,src=/a,dst=/b,what=1              | unexpected key 'what' in 'what=1'
            type=bind,src=/a,dst=/b,readonly=no         | invalid value for readonly: no
            type=bind,src=/a,dst=/b,bind-propagation=x  | invalid mode: x
            type=bind,src=/a,dst=/b,bind-nonrecursive=x | invalid value for bind-nonrecursive: x
            type=bind,src=/a,dst=/b,bind-recursive=x    | invalid value for bind-recursive: x
            type=bind,src=/a,dst=/b,tmpfs-size=1m       | cannot mix 'tmpfs-*' options with mount type 'bind'
            type=tmpfs,dst=/b,bind-propagation=shared   | cannot mix 'bind-*' options with mount type 'tmpfs'
            dst=/b,bind-propagation=shared              | cannot mix 'bind-*' options with mount type 'volume'
            type=tmpfs,src=/a,dst=/b                    | invalid mount config for type "tmpfs": field Source must not be specified
            type=tmpfs,dst=/b,tmpfs-size=big            | invalid value for tmpfs-size: big
            type=tmpfs,dst=/b,tmpfs-size=-1             | invalid value for tmpfs-size: -1
            type=tmpfs,dst=/b,tmpfs-size=1x             | invalid value for tmpfs-size: 1x
            type=tmpfs,dst=/b,tmpfs-size=999999999999p  | invalid value for tmpfs-size: 999999999999p
            type=tmpfs,dst=/b,tmpfs-mode=rwx            | invalid value for tmpfs-mode: rwx
            type=tmpfs,dst=/b,tmpfs-mode=89             | invalid value for tmpfs-mode: 89
            type=npipe,src=/a,dst=/b                    | mount type must be bind, volume or tmpfs, not 'npipe'
            type=,dst=/b                                | mount type must be bind, volume or tmpfs, not ''
            type=volume,src=data,dst=/b,volume-opt=o=x  | 'volume-opt' is not supported: a volume is a plain directory
            type=bind,"src=/a,dst=/b                    | a quote is not closed in 'type=bind,"src=/a,dst=/b'
            """)
    void aMountThatMakesNoSenseIsRefused(String value, String message) {
        refused("--mount", "--mount", value, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``               | invalid mount path: '' mount path must be absolute
            t                | invalid mount path: 't' mount path must be absolute
            /                | invalid specification: destination can't be '/'
            /t:what          | invalid tmpfs option "what"
            /t:size=big      | invalid tmpfs option "size=big"
            /t:size=         | invalid tmpfs option "size="
            /t:size=1mm      | invalid tmpfs option "size=1mm"
            /t:mode=9        | invalid tmpfs option "mode=9"
            /t:mode=77777    | invalid tmpfs option "mode=77777"
            /t:uid=root      | invalid tmpfs option "uid=root"
            /t:size=1m,      | invalid tmpfs option ""
            /t:bind          | invalid tmpfs option "bind"
            """)
    void filesInMemoryThatMakeNoSenseAreRefused(String value, String message) {
        refused("--tmpfs", "--tmpfs", value, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/proc", "/proc/", "//proc", "/x/../proc", "/proc/self", "/proc/self/attr", "/proc/sys/kernel"})
    void nothingLiesOverProc(String target) {
        for (String[] flag :
                List.of(new String[] {"-v", "/a:" + target}, new String[] {"--tmpfs", target}, new String[] {
                    "--mount", "type=bind,src=/a,dst=" + target
                })) {
            Typed typed = Typed.words("run", flag[0], flag[1], "host");
            assertThat(typed.exitCode()).isEqualTo(125);
            assertThat(typed.err()).contains("is in /proc, which has to be the kernel's own");
        }
        assertThat(volume("-v", "/a:/proc/uptime").target()).isEqualTo("/proc/uptime");
        assertThat(volume("-v", "/a:/process").target()).isEqualTo("/process");
    }

    @Test
    void onePlaceTakesOneVolume() {
        Typed typed = Typed.words("run", "-v", "/a:/x", "--tmpfs", "/x/", "host");
        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.err()).isEqualTo("boxwright: Duplicate mount point: /x\nSee 'boxwright run --help'.\n");
    }

    @Test
    void readOnlyIsYesOrNo() {
        Typed typed = Typed.words("run", "--read-only=maybe", "host");
        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.err()).contains("invalid argument \"maybe\" for \"--read-only\" flag: neither true nor false");
    }

    private static void refused(String flag, String names, String value, String message) {
        Typed typed = Typed.words("run", flag, value, "host");

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.asked()).isEmpty();
        assertThat(typed.err())
                .isEqualTo("boxwright: invalid argument \"" + value + "\" for \"" + names + "\" flag: " + message
                        + "\nSee 'boxwright run --help'.\n");
    }

    private static RunOptions request(String... flags) {
        String[] words = new String[flags.length + 2];
        words[0] = "run";
        System.arraycopy(flags, 0, words, 1, flags.length);
        words[flags.length + 1] = "host";
        return Typed.words(words).request();
    }

    private static VolumeRequest volume(String... flags) {
        return request(flags).container().storage().volumes().getFirst();
    }
}
