package boxwright.runtime.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes strange configurations of good ones: a member goes, comes twice, changes its type or its value, or the text itself
 * is damaged. The same seed makes the same ones.
 *
 * <p>Some members are left alone, since what they say could harm the machine that tests: where the root is, what is mounted
 * from the host, what a hook runs, and parameters of the kernel.
 */
final class Mutator {
    private static final List<String> LEFT_ALONE = List.of("root", "source", "path", "sysctl", "hooks");

    private final Random random;

    Mutator(long seed) {
        random = new Random(seed);
    }

    /** A mutation of a configuration; one to three changes. */
    String mutate(JsonObject good) {
        JsonObject copy = good.deepCopy();
        for (int i = random.nextInt(3); i >= 0; i--) {
            change(copy);
        }
        return random.nextInt(12) == 0 ? damaged(copy.toString()) : copy.toString();
    }

    private String damaged(String text) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + (char) (32 + random.nextInt(96)) + text.substring(at + 1);
            default -> text.substring(0, at) + text.substring(at, Math.min(at + 9, text.length())) + text.substring(at);
        };
    }

    /** Changes something at a random place; every place is as likely as any other. */
    private void change(JsonObject root) {
        List<Runnable> changes = new ArrayList<>();
        collect(root, changes);
        changes.get(random.nextInt(changes.size())).run();
    }

    private void collect(JsonElement element, List<Runnable> changes) {
        if (element instanceof JsonObject object) {
            for (Map.Entry<String, JsonElement> member : List.copyOf(object.entrySet())) {
                String name = member.getKey();
                if (!LEFT_ALONE.contains(name)) {
                    changes.add(() -> changeMember(object, name));
                    collect(member.getValue(), changes);
                }
            }
        } else if (element instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                changes.add(() -> {
                    if (index < array.size()) {
                        array.set(index, other(array.get(index)));
                    }
                });
                changes.add(() -> {
                    if (index < array.size()) {
                        array.add(array.get(index).deepCopy());
                    }
                });
                collect(array.get(i), changes);
            }
        }
    }

    private void changeMember(JsonObject object, String name) {
        if (!object.has(name)) {
            return; // Another change has been here.
        }
        switch (random.nextInt(4)) {
            case 0 -> object.remove(name);
            case 1 -> object.add(name, any());
            default -> object.add(name, other(object.get(name)));
        }
    }

    /** Of the same type, where that is possible. */
    private JsonElement other(JsonElement old) {
        if (old.isJsonPrimitive() && old.getAsJsonPrimitive().isString() && random.nextInt(4) > 0) {
            return new JsonPrimitive(word(old.getAsString()));
        }
        if (old.isJsonPrimitive() && old.getAsJsonPrimitive().isNumber() && random.nextInt(4) > 0) {
            return number();
        }
        return any();
    }

    private String word(String old) {
        return switch (random.nextInt(10)) {
            case 0 -> "";
            case 1 -> old + "\0";
            case 2 -> old + "\n" + old;
            case 3 -> "../" + old;
            case 4 -> old + "/..";
            case 5 -> old.repeat(200);
            case 6 -> old.toUpperCase(java.util.Locale.ROOT);
            case 7 -> "ü€𝄞" + old;
            case 8 -> old.isEmpty() ? "x" : old.substring(1);
            default -> "/" + old;
        };
    }

    private JsonPrimitive number() {
        Number[] numbers = {0, -1, 1, 1.5, 4_294_967_296L, Long.MAX_VALUE, Long.MIN_VALUE, 1e300, 65536, -0.0};
        return new JsonPrimitive(numbers[random.nextInt(numbers.length)]);
    }

    private JsonElement any() {
        return switch (random.nextInt(8)) {
            case 0 -> JsonNull.INSTANCE;
            case 1 -> new JsonPrimitive(random.nextBoolean());
            case 2 -> number();
            case 3 -> new JsonPrimitive(word("word"));
            case 4 -> new JsonArray();
            case 5 -> new JsonObject();
            case 6 -> deep();
            default -> {
                JsonArray array = new JsonArray();
                array.add(any());
                yield array;
            }
        };
    }

    private static JsonElement deep() {
        JsonElement deep = new JsonPrimitive("deep");
        for (int i = 0; i < 300; i++) {
            JsonArray array = new JsonArray();
            array.add(deep);
            deep = array;
        }
        return deep;
    }
}
