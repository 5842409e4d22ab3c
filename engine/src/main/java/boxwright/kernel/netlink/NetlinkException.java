package boxwright.kernel.netlink;

import boxwright.kernel.KernelException;

/**
 * A request that the kernel refused: {@code RTM_NEWLINK("bw0ae70001", veth): EOPNOTSUPP (Operation not supported):
 * Unknown device type}. The last part is the kernel's own, where it gives one.
 */
public final class NetlinkException extends KernelException {
    private static final long serialVersionUID = 1L;
    private final String explanation;

    NetlinkException(String operation, int errno, String explanation) {
        super(operation, errno);
        this.explanation = explanation;
    }

    @Override
    public String getMessage() {
        return super.getMessage() + (explanation.isEmpty() ? "" : ": " + explanation);
    }
}
