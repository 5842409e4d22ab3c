package boxwright.isolation;

import java.util.function.IntConsumer;

/**
 * What is done outside of a new process before it goes on, because only somebody outside can do it.
 *
 * @param because what the process waits for, a phrase
 * @param work does it, with the number of the process as the host sees it; throws
 *     {@link boxwright.kernel.KernelException}, after which the process ends
 */
public record Preparation(String because, IntConsumer work) {}
