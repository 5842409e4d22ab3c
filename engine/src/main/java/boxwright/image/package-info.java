/**
 * Images: root file systems that a container can start from. So far the image {@code host}, which
 * {@link boxwright.image.HostImage} makes from this machine's own programs: {@link boxwright.image.ElfFile} reads
 * what a program needs, {@link boxwright.image.LibraryWalk} finds it as the dynamic loader would, and a {@link
 * boxwright.image.Recipe recipe} (a list of directories, links, copies and texts) is written out once and found again
 * by a few calls of stat(2). No process is started, and no native code is called.
 */
@NullMarked
package boxwright.image;

import org.jspecify.annotations.NullMarked;
