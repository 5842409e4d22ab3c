/** The tests of the kernel on other kernels than this machine's: in QEMU, by {@code tests/vm/run}. */
@NullMarked
package boxwright.vm;

import org.jspecify.annotations.NullMarked;
