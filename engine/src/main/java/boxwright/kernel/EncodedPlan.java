package boxwright.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A plan as the launcher reads it: the report record, then the instructions, then the data that they point to. All
 * addresses are final, because the launcher is always loaded at the same place ({@link #BASE}).
 *
 * <p>Order of the instructions: a list of calls in order; a fallback right after its call; the child of a clone after
 * the whole list that it is in, fallbacks included. A call's index is its place in that order.
 *
 * <p>Every container waits for this class in a cold JVM, which interprets it. So it has no pattern switch, no stream, and no
 * record is the key of a map: the code of these is made at run time, outside the AOT cache. And it writes numbers into arrays
 * itself: a {@code ByteBuffer} goes through ten calls for each, and most bytes of a plan are the zeros of a new array.
 */
public final class EncodedPlan {
    /** Where the plan lies in the launcher's memory. */
    static final int BASE = 0x500000;
    /** The report record: instruction, result, and two {@code struct timespec}, before and after the call. */
    static final int RECORD_SIZE = 48;

    /** Where the launcher reads to which descriptor it reports. */
    private static final int REPORT_CELL = 0x3c;

    private static final int FIRST_INSTRUCTION = BASE + 0x40;
    private static final int INSTRUCTION_SIZE = 64;

    private static final int REPORT = 1;
    private static final int POSITIVE = 2;
    private static final int ZERO_JUMPS = 4;
    private static final int DONE_JUMPS = 8;

    private final Architecture architecture;
    private final List<Call> calls = new ArrayList<>();
    private final Map<Call, Integer> jumps = new IdentityHashMap<>();
    private byte[] data = new byte[8192];
    private int dataSize;
    private final Map<Argument, Integer> placed = new IdentityHashMap<>();
    /** Constants that many lines have. By identity: the paths are all different, and to hash them takes longer than to copy them. */
    private final Map<String, Integer> texts = new IdentityHashMap<>();

    private final Map<String, Integer> slots = new HashMap<>();
    /** The structs that slots live in. */
    private final Map<String, Home> homes = new HashMap<>();
    /** A struct with a slot that is in the plan twice is one: by the later, the earlier. */
    private final Map<Argument, Argument> twins = new IdentityHashMap<>();

    private final byte[] bytes;

    /**
     * Where a slot lives.
     *
     * @param struct a struct or an array of them
     * @param offset in it, in bytes
     */
    private record Home(Argument struct, int offset) {}

    /** Encodes a plan for an architecture. */
    public EncodedPlan(Plan plan, Architecture architecture) {
        this.architecture = architecture;
        slots.put(key(Launcher.REPORT_LINE), BASE + REPORT_CELL);
        order(plan.calls());
        findLoops();
        findHomes();
        int start = FIRST_INSTRUCTION - BASE;
        byte[] table = new byte[start + calls.size() * INSTRUCTION_SIZE];
        store(table, REPORT_CELL, Integer.BYTES, Launcher.REPORT);
        for (int i = 0; i < calls.size(); i++) {
            encode(calls.get(i), table, start + i * INSTRUCTION_SIZE);
        }
        bytes = Arrays.copyOf(table, table.length + dataSize);
        System.arraycopy(data, 0, bytes, table.length, dataSize);
    }

    /** What is loaded at {@link #BASE}. */
    byte[] bytes() {
        return bytes;
    }

    /** The calls in the order of their instructions. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The address of a call's instruction, as a report record gives it. */
    public long address(int index) {
        return FIRST_INSTRUCTION + (long) index * INSTRUCTION_SIZE;
    }

    /** The call whose instruction is at an address, as a report record gives it. */
    Call at(long address) {
        return calls.get(Math.toIntExact((address - FIRST_INSTRUCTION) / INSTRUCTION_SIZE));
    }

    /** Whether there is an instruction at an address. */
    boolean has(long address) {
        long index = (address - FIRST_INSTRUCTION) / INSTRUCTION_SIZE;
        return address >= FIRST_INSTRUCTION
                && (address - FIRST_INSTRUCTION) % INSTRUCTION_SIZE == 0
                && index < calls.size();
    }

    private void order(List<Call> ended) {
        List<Call> clones = new ArrayList<>();
        inline(ended, clones);
        for (Call clone : clones) {
            jumps.put(clone, calls.size());
            order(clone.child());
        }
    }

    /** A fallback runs on into the line after its call, so no child may lie in between. */
    private void inline(List<Call> list, List<Call> clones) {
        for (Call call : list) {
            calls.add(call);
            if (!call.child().isEmpty()) {
                clones.add(call);
            }
            if (!call.otherwise().isEmpty()) {
                inline(call.otherwise(), clones);
                jumps.put(call, calls.size());
            }
        }
    }

    /** Where the calls go on that go back to an earlier one. */
    private void findLoops() {
        for (Call call : calls) {
            if (call.jump().isPresent()) {
                jumps.put(call, labelled(call.jump().get().label()));
            }
        }
    }

    private int labelled(String label) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).label().equals(label)) {
                return i;
            }
        }
        throw new IllegalStateException("no line of the plan has the label " + label);
    }

    /** {@code struct instruction}: number, flags, indirect, tolerated[4], result, target, arguments[6]. */
    private void encode(Call call, byte[] table, int at) {
        int flags = (call.reported() ? REPORT : 0)
                | (call.positive() ? POSITIVE : 0)
                | (call.child().isEmpty() ? 0 : ZERO_JUMPS)
                | (call.otherwise().isEmpty() ? 0 : DONE_JUMPS)
                | (call.jump().isEmpty() ? 0 : call.jump().get().onlyZero() ? ZERO_JUMPS : DONE_JUMPS);
        int indirect = 0;
        List<Argument> arguments = call.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            Argument argument = arguments.get(i);
            store(table, at + 16 + i * 8, Long.BYTES, value(argument));
            indirect |= argument instanceof Argument.Value ? 1 << i : 0;
        }
        store(table, at, Short.BYTES, call.systemCall().number(architecture));
        table[at + 2] = (byte) flags;
        table[at + 3] = (byte) indirect;
        List<Integer> tolerated = call.tolerated();
        for (int i = 0; i < tolerated.size(); i++) {
            table[at + 4 + i] = tolerated.get(i).byteValue();
        }
        if (call.result().isPresent()) {
            store(table, at + 8, Integer.BYTES, address(call.result().get()));
        }
        if ((flags & (ZERO_JUMPS | DONE_JUMPS)) != 0) {
            int target = Objects.requireNonNull(jumps.get(call));
            store(table, at + 12, Integer.BYTES, FIRST_INSTRUCTION + target * INSTRUCTION_SIZE);
        }
    }

    /** Little-endian, as both architectures are. Bytes that are 0 are there already. */
    private static void store(byte[] to, int at, int size, long value) {
        long rest = value;
        for (int i = at; i < at + size && rest != 0; i++) {
            to[i] = (byte) rest;
            rest >>>= Byte.SIZE;
        }
    }

    /** The 64 bits of an argument; what it points to is placed in the data first. */
    private long value(Argument argument) {
        if (argument instanceof Argument.Literal literal) {
            return literal.value();
        }
        if (argument instanceof Argument.Value value) {
            return address(value.slot());
        }
        if (argument instanceof Argument.Address address) {
            return address(address.slot());
        }
        if (argument instanceof Argument.Place place) {
            throw new IllegalStateException("the slot " + place.slot().name() + " can only lie inside a struct");
        }
        if (argument instanceof Argument.Text text) {
            return place(text.value());
        }
        Argument struct = twins.isEmpty() ? argument : twins.getOrDefault(argument, argument);
        Integer already = placed.get(struct);
        if (already != null) {
            return already;
        }
        int address = append(content(struct), 8);
        placed.put(struct, address);
        return address;
    }

    /** The address of a string. */
    private int place(String text) {
        Integer already = texts.get(text);
        if (already != null) {
            return already;
        }
        int address = append(text.getBytes(StandardCharsets.UTF_8), 1);
        dataSize++; // the NUL
        texts.put(text, address);
        return address;
    }

    private byte[] content(Argument argument) {
        if (argument instanceof Argument.Texts texts) {
            byte[] array = new byte[(texts.values().size() + 1) * Long.BYTES];
            int at = 0;
            for (String value : texts.values()) {
                store(array, at, Long.BYTES, place(value));
                at += Long.BYTES;
            }
            return array;
        }
        if (argument instanceof Argument.Words words) {
            byte[] array = new byte[words.values().size() * Long.BYTES];
            int at = 0;
            for (long word : words.values()) {
                store(array, at, Long.BYTES, word);
                at += Long.BYTES;
            }
            return array;
        }
        List<Argument.Field> fields = fields(argument);
        int size = 0;
        for (Argument.Field field : fields) {
            size += field.size();
        }
        byte[] members = new byte[size];
        int at = 0;
        for (Argument.Field field : fields) {
            if (at % field.size() != 0) {
                throw new IllegalStateException("the member " + field.name() + " is not aligned in " + argument);
            }
            if (!(field.value() instanceof Argument.Place)) {
                store(members, at, field.size(), value(field.value()));
            }
            at += field.size();
        }
        return members;
    }

    /** What lies one after the other in memory: the members of a struct, or of all structs of an array. */
    private static List<Argument.Field> fields(Argument argument) {
        if (argument instanceof Argument.Struct struct) {
            return struct.fields();
        }
        if (argument instanceof Argument.Array array) {
            List<Argument.Field> fields = new ArrayList<>();
            for (Argument.Struct element : array.elements()) {
                fields.addAll(element.fields());
            }
            return fields;
        }
        return argument instanceof Argument.Word word
                ? List.of(new Argument.Field("", word.size(), word.literal()))
                : List.of();
    }

    /** Where slots live inside structs, before anything asks for the address of one. */
    private void findHomes() {
        for (Call call : calls) {
            for (Argument argument : call.arguments()) {
                findHomesIn(argument);
            }
        }
    }

    private void findHomesIn(Argument argument) {
        if (!(argument instanceof Argument.Struct || argument instanceof Argument.Array)) {
            return; // no slot can live in it
        }
        int offset = 0;
        for (Argument.Field field : fields(argument)) {
            findHomesIn(field.value());
            if (field.value() instanceof Argument.Place place) {
                Home earlier = homes.putIfAbsent(key(place.slot()), new Home(argument, offset));
                if (earlier != null) {
                    if (earlier.offset() != offset || !earlier.struct().equals(argument)) {
                        throw new IllegalStateException(
                                "the slot " + place.slot().name() + " lies in two structs");
                    }
                    twins.put(argument, earlier.struct());
                }
            }
            offset += field.size();
        }
    }

    /** The struct around a slot is placed with it, and before it the structs around those slots that it points to. */
    private int address(Slot slot) {
        String key = key(slot);
        Integer known = slots.get(key);
        if (known != null) {
            return known;
        }
        Home home = homes.get(key);
        int address = home == null ? append(new byte[slot.size()], 8) : (int) value(home.struct()) + home.offset();
        slots.put(key, address);
        return address;
    }

    private static String key(Slot slot) {
        return slot.size() == Integer.BYTES ? slot.name() : slot.name() + " " + slot.size();
    }

    private int append(byte[] content, int alignment) {
        int at = (dataSize + alignment - 1) / alignment * alignment;
        while (at + content.length >= data.length) {
            data = Arrays.copyOf(data, 2 * data.length);
        }
        System.arraycopy(content, 0, data, at, content.length);
        dataSize = at + content.length;
        return FIRST_INSTRUCTION + calls.size() * INSTRUCTION_SIZE + at;
    }
}
