package boxwright.book.weave;

import boxwright.book.Checkout;
import boxwright.book.console.ChapterSource;
import boxwright.book.console.ConsoleBlock;
import boxwright.book.console.Machine;
import boxwright.book.console.Transcript;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code verified::CHAPTER[]}: where and when the chapter's console blocks last ran, and which of them could not. */
final class Verified implements Expansion {
    private final Checkout checkout;

    Verified(Checkout checkout) {
        this.checkout = checkout;
    }

    @Override
    public List<String> lines(String chapter, Map<String, String> attributes, boolean html) {
        List<ConsoleBlock> blocks = ChapterSource.blocks(checkout, chapter);
        Optional<Transcript> transcript = Transcript.of(checkout, chapter);
        int ran = 0;
        Set<String> reasons = new LinkedHashSet<>();
        for (ConsoleBlock block : blocks) {
            Optional<Transcript.Block> seen = transcript.flatMap(found -> found.find(block));
            if (seen.isPresent() && seen.get().lacking().isEmpty()) {
                ran++;
            } else {
                reasons.add(seen.map(Transcript.Block::lacking).orElse("it was not run on this machine yet"));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("[.verified]");
        if (ran > 0 && transcript.isPresent()) {
            Machine machine = transcript.get().machine();
            lines.add("*Verified on* %s, %s, %s, JDK %s, on %s: %s of %s console blocks ran, and printed what is here."
                    .formatted(
                            machine.kernel(),
                            machine.distribution(),
                            machine.architecture(),
                            machine.jdk(),
                            machine.date(),
                            ran,
                            blocks.size()));
        }
        if (ran < blocks.size()) {
            lines.add("*Not verified here:* %d of %d console blocks, since %s."
                    .formatted(blocks.size() - ran, blocks.size(), String.join("; ", reasons)));
        }
        lines.add("");
        return lines;
    }
}
