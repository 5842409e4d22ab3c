package boxwright.runtime.spec;

import boxwright.isolation.seccomp.SeccompException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A walk over a JSON document that is as strict about types as Go's {@code encoding/json}, which the specification's
 * authors read it with: a number is not a string, 1.5 is not an integer; {@code null} is as good as not there, and a
 * member that nobody asks for is skipped.
 *
 * <pre>{@code
 * json.beginObject();
 * while (json.member()) {
 *     switch (json.name()) {
 *         case "path" -> path = json.string();
 *         default -> json.skip();
 *     }
 * }
 * }</pre>
 */
final class Json {
    private static final long UINT32_MAX = 0xffff_ffffL;
    /** REPLACEMENT CHARACTER. */
    private static final int REPLACED = 0xfffd;

    private final JsonReader reader;
    private String name = "";

    private Json(String text) {
        reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
    }

    /** Reads one value. */
    @FunctionalInterface
    interface Element<T> {
        T read(Json json) throws IOException;
    }

    /**
     * Reads a whole document.
     *
     * @param document its name, for messages
     * @throws SpecException for what it is not
     */
    static <T> T read(String document, String text, Element<T> element) {
        Json json = new Json(text);
        try {
            T value = element.read(json);
            if (json.reader.peek() != JsonToken.END_DOCUMENT) {
                throw new SpecException("something follows the JSON value");
            }
            return value;
        } catch (SpecException | SeccompException e) {
            throw new SpecException(document + ": " + e.getMessage());
        } catch (EOFException e) {
            throw new SpecException(document + " is no valid JSON: it ends too early");
        } catch (MalformedJsonException e) {
            throw new SpecException(document + " is no valid JSON: " + place(String.valueOf(e.getMessage())));
        } catch (IOException | IllegalStateException e) {
            throw new SpecException(document + " cannot be read: " + e.getMessage());
        }
    }

    /** Gson's message is "what at line 1 column 2 path $.a", and then a link to its own documentation. */
    private static String place(String message) {
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        int path = line.lastIndexOf(" path $");
        return path < 0 ? line : line.substring(0, path);
    }

    /** What is wrong, after the place where it is. */
    SpecException wrong(String what) {
        String path = reader.getPath();
        return new SpecException((path.startsWith("$.") ? path.substring(2) + ": " : "") + what);
    }

    private void expect(JsonToken wanted) throws IOException {
        JsonToken found = reader.peek();
        if (found != wanted) {
            throw wrong(noun(wanted) + " is expected, found " + noun(found));
        }
    }

    private static String noun(JsonToken token) {
        return switch (token) {
            case BEGIN_ARRAY -> "an array";
            case BEGIN_OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "the end";
        };
    }

    void beginObject() throws IOException {
        expect(JsonToken.BEGIN_OBJECT);
        reader.beginObject();
    }

    /** Goes to the next member that is not null; false after the last one. */
    boolean member() throws IOException {
        while (reader.hasNext()) {
            name = whole(reader.nextName());
            if (reader.peek() != JsonToken.NULL) {
                return true;
            }
            reader.nextNull();
        }
        reader.endObject();
        return false;
    }

    /** The name of the member that {@link #member} went to. */
    String name() {
        return name;
    }

    void skip() throws IOException {
        reader.skipValue();
    }

    /** For a reader of a part that has its own. */
    JsonReader tokens() {
        return reader;
    }

    String string() throws IOException {
        expect(JsonToken.STRING);
        return whole(reader.nextString());
    }

    /** Half a surrogate pair, which an escape can be, is no character, and in no path or word: Go reads U+FFFD instead. */
    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(point ->
                                point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACED : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    boolean bool() throws IOException {
        expect(JsonToken.BOOLEAN);
        return reader.nextBoolean();
    }

    /** A signed integer of 64 bits. */
    long int64() throws IOException {
        expect(JsonToken.NUMBER);
        // The place is asked for before the value is taken: afterwards it is the next one's.
        String path = reader.getPath();
        String digits = reader.nextString();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new SpecException(path.substring(2) + ": " + digits + " is no integer of 64 bits");
        }
    }

    /** An unsigned integer of 64 bits, as the bits of a long. */
    long uint64() throws IOException {
        expect(JsonToken.NUMBER);
        String path = reader.getPath();
        String digits = reader.nextString();
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw new SpecException(path.substring(2) + ": " + digits + " is no unsigned integer of 64 bits");
        }
    }

    /** An unsigned integer of 32 bits. */
    long uint32() throws IOException {
        return within(0, UINT32_MAX);
    }

    /** A signed integer of 32 bits. */
    int int32() throws IOException {
        return (int) within(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** An unsigned integer of 16 bits. */
    int uint16() throws IOException {
        return (int) within(0, 0xffff);
    }

    /** An integer from a range. */
    long within(long least, long most) throws IOException {
        String path = reader.getPath();
        long value = int64();
        if (value < least || value > most) {
            throw new SpecException(path.substring(2) + ": " + value + " is not from " + least + " to " + most);
        }
        return value;
    }

    OptionalLong optionalInt64() throws IOException {
        return OptionalLong.of(int64());
    }

    OptionalLong optionalUint64() throws IOException {
        return OptionalLong.of(uint64());
    }

    OptionalInt optionalInt32() throws IOException {
        return OptionalInt.of(int32());
    }

    OptionalInt optionalUint16() throws IOException {
        return OptionalInt.of(uint16());
    }

    <T> List<T> list(Element<T> element) throws IOException {
        expect(JsonToken.BEGIN_ARRAY);
        reader.beginArray();
        List<T> elements = new ArrayList<>();
        while (reader.hasNext()) {
            elements.add(element.read(this));
        }
        reader.endArray();
        return elements;
    }

    List<String> strings() throws IOException {
        return list(Json::string);
    }

    <T> Map<String, T> map(Element<T> element) throws IOException {
        beginObject();
        Map<String, T> entries = new LinkedHashMap<>();
        while (member()) {
            String key = name;
            entries.put(key, element.read(this));
        }
        return entries;
    }
}
