package boxwright.kernel;

/**
 * The launcher for aarch64: runs the instructions of a plan, one after the other, until one of them does not return.
 *
 * <p>An instruction is 64 bytes: the number of the call (2 bytes), flags (1), which arguments are slots (1), four
 * tolerated errnos (4), the address where the result goes or 0 (4), the address of another instruction to go on at (4),
 * and six arguments of 8 bytes. {@link EncodedPlan} writes them, at 0x500040; the report record is at 0x500000.
 * Registers: x19 the instruction, x20 the record, x21 the flags, x24 the result. System calls: number in x8.
 */
final class LauncherAarch64 {
    private LauncherAarch64() {}

    static MachineCode code() {
        return new MachineCode("""
                14 0a a0 d2  start:  mov x20, #0x500000              ; the record: instruction, result, before, after
                93 02 01 91          add x19, x20, #0x40             ; the first instruction of the plan
                75 0a 40 39  next:   ldrb w21, [x19, #2]             ; the flags
                b5 00 00 36          tbz w21, #0, load               ; REPORT: note the time before the call
                20 00 80 d2          mov x0, #1                      ; CLOCK_MONOTONIC
                81 42 00 91          add x1, x20, #0x10              ; record.before
                28 0e 80 d2          mov x8, #113                    ; clock_gettime
                01 00 00 d4          svc #0
                76 0e 40 39  load:   ldrb w22, [x19, #3]             ; which arguments are slots to look into
                60 0a 40 f9          ldr x0, [x19, #16]
                56 00 00 36          tbz w22, #0, arg1
                00 00 80 b9          ldrsw x0, [x0]                  ; a slot: an int that an earlier call left
                61 0e 40 f9  arg1:   ldr x1, [x19, #24]
                56 00 08 36          tbz w22, #1, arg2
                21 00 80 b9          ldrsw x1, [x1]
                62 12 40 f9  arg2:   ldr x2, [x19, #32]
                56 00 10 36          tbz w22, #2, arg3
                42 00 80 b9          ldrsw x2, [x2]
                63 16 40 f9  arg3:   ldr x3, [x19, #40]
                56 00 18 36          tbz w22, #3, arg4
                63 00 80 b9          ldrsw x3, [x3]
                64 1a 40 f9  arg4:   ldr x4, [x19, #48]
                56 00 20 36          tbz w22, #4, arg5
                84 00 80 b9          ldrsw x4, [x4]
                65 1e 40 f9  arg5:   ldr x5, [x19, #56]
                56 00 28 36          tbz w22, #5, call
                a5 00 80 b9          ldrsw x5, [x5]
                68 02 40 79  call:   ldrh w8, [x19]                  ; the number of the call
                01 00 00 d4          svc #0
                f8 03 00 aa          mov x24, x0
                1f fc 3f b1          cmn x0, #4095                   ; -4095 .. -1 is an errno
                e2 01 00 54          b.hs failed
                75 00 08 36          tbz w21, #1, good               ; POSITIVE: a result of 0 is a failure as well
                1f 00 00 f1          cmp x0, #0
                ad 02 00 54          b.le fatal
                1b 00 00 94  good:   bl report
                61 0a 40 b9          ldr w1, [x19, #8]               ; the slot for the result, if there is one
                41 00 00 34          cbz w1, branch
                38 00 00 b9          str w24, [x1]
                75 00 18 37  branch: tbnz w21, #3, jump              ; DONE_JUMPS: the call worked, skip the fallback
                95 00 10 36          tbz w21, #2, step               ; ZERO_JUMPS: clone returned 0, this is the child
                78 00 00 b5          cbnz x24, step
                73 0e 40 b9  jump:   ldr w19, [x19, #12]
                d7 ff ff 17          b next
                73 02 01 91  step:   add x19, x19, #64
                d5 ff ff 17          b next
                e0 03 18 4b  failed: neg w0, w24                     ; the errno
                61 06 40 b9          ldr w1, [x19, #4]               ; the tolerated four, one a byte
                82 00 80 52          mov w2, #4
                23 1c 00 12  match:  and w3, w1, #0xff
                7f 00 00 6b          cmp w3, w0
                20 01 00 54          b.eq passed
                21 7c 08 53          lsr w1, w1, #8
                42 04 00 71          subs w2, w2, #1
                61 ff ff 54          b.ne match
                b5 02 00 32  fatal:  orr w21, w21, #1                ; a fatal failure is always reported
                06 00 00 94          bl report
                a0 0f 80 d2          mov x0, #125
                c8 0b 80 d2          mov x8, #94                     ; exit_group
                01 00 00 d4          svc #0
                02 00 00 94  passed: bl report
                ef ff ff 17          b step
                75 01 00 36  report: tbz w21, #0, done
                93 62 00 a9          stp x19, x24, [x20]
                20 00 80 d2          mov x0, #1                      ; CLOCK_MONOTONIC
                81 82 00 91          add x1, x20, #32                ; record.after
                28 0e 80 d2          mov x8, #113                    ; clock_gettime
                01 00 00 d4          svc #0
                80 3e 40 b9          ldr w0, [x20, #60]              ; the descriptor of the report pipe
                e1 03 14 aa          mov x1, x20
                02 06 80 d2          mov x2, #48
                08 08 80 d2          mov x8, #64                     ; write
                01 00 00 d4          svc #0
                c0 03 5f d6  done:   ret
                """);
    }
}
