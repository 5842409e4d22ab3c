package boxwright.cli;

/** How {@code --explain} prints the plan on stderr. */
public enum ExplainFormat {
    /** For a person: one line a call, children indented. */
    TREE,
    /** For a program. */
    JSON
}
