package boxwright.cli;

import boxwright.engine.PrivilegeRequest;
import java.util.List;

/** The flags of {@code boxwright run} that are about users and what they may do. */
final class PrivilegeFlags {
    private final Flag<List<String>> capAdd;
    private final Flag<List<String>> capDrop;

    PrivilegeFlags(Syntax syntax) {
        capAdd = syntax.list("--cap-add", "list", "Add Linux capabilities", String::strip);
        capDrop = syntax.list("--cap-drop", "list", "Drop Linux capabilities", String::strip);
    }

    PrivilegeRequest request(Words words) {
        return new PrivilegeRequest(words.get(capAdd), words.get(capDrop));
    }
}
