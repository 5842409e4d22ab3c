package boxwright.kernel;

/**
 * The launcher for x86-64: runs the instructions of a plan, one after the other, until one of them does not return.
 *
 * <p>An instruction is 64 bytes: the number of the call (2 bytes), flags (1), which arguments are slots (1), four
 * tolerated errnos (4), the address where the result goes or 0 (4), the address of another instruction to go on at (4),
 * and six arguments of 8 bytes. {@link EncodedPlan} writes them, at 0x500040; the report record is at 0x500000, and the descriptor
 * that it is written to at 0x50003c.
 * Registers: rbx the instruction, r12 its result. System calls: syscall(2), number in rax.
 */
final class LauncherX86 {
    private LauncherX86() {}

    static MachineCode code() {
        return new MachineCode("""
                bb 40 00 50 00     start:  mov ebx, 0x500040               ; the first instruction of the plan
                f6 43 02 01        next:   test byte ptr [rbx+2], 1        ; REPORT: note the time before the call
                74 0f                      jz load
                6a 01                      push 1                          ; CLOCK_MONOTONIC
                5f                         pop rdi
                be 10 00 50 00             mov esi, 0x500010               ; record.before
                b8 e4 00 00 00             mov eax, 228                    ; clock_gettime
                0f 05                      syscall
                0f b6 53 03        load:   movzx edx, byte ptr [rbx+3]     ; which arguments are slots to look into
                6a 05                      push 5
                59                         pop rcx
                48 8b 44 cb 10     arg:    mov rax, [rbx+rcx*8+16]         ; from the sixth argument down to the first
                0f a3 ca                   bt edx, ecx
                73 03                      jnc value
                48 63 00                   movsxd rax, dword ptr [rax]     ; a slot: an int that an earlier call left
                50                 value:  push rax
                ff c9                      dec ecx
                79 ee                      jns arg
                5f                         pop rdi                         ; the kernel's calling convention, syscall(2)
                5e                         pop rsi
                5a                         pop rdx
                41 5a                      pop r10
                41 58                      pop r8
                41 59                      pop r9
                0f b7 03                   movzx eax, word ptr [rbx]       ; the number of the call
                0f 05                      syscall
                49 89 c4                   mov r12, rax
                48 3d 01 f0 ff ff          cmp rax, -4095                  ; -4095 .. -1 is an errno
                73 36                      jae failed
                f6 43 02 02                test byte ptr [rbx+2], 2        ; POSITIVE: a result of 0 is a failure as well
                74 05                      jz good
                48 85 c0                   test rax, rax
                7e 3d                      jle fatal
                e8 54 00 00 00     good:   call report
                8b 43 08                   mov eax, [rbx+8]                ; the slot for the result, if there is one
                85 c0                      test eax, eax
                74 03                      jz branch
                44 89 20                   mov [rax], r12d
                f6 43 02 08        branch: test byte ptr [rbx+2], 8        ; DONE_JUMPS: the call worked, skip the fallback
                75 0b                      jnz jump
                f6 43 02 04                test byte ptr [rbx+2], 4        ; ZERO_JUMPS: clone returned 0, this is the child
                74 0a                      jz step
                4d 85 e4                   test r12, r12
                75 05                      jnz step
                8b 5b 0c           jump:   mov ebx, [rbx+12]
                eb 89                      jmp next
                48 83 c3 40        step:   add rbx, 64
                eb 83                      jmp next
                f7 d8              failed: neg eax                         ; the errno
                6a 04                      push 4
                59                         pop rcx
                0f b6 54 0b 03     match:  movzx edx, byte ptr [rbx+rcx+3] ; is it one of the tolerated four?
                39 c2                      cmp edx, eax
                74 19                      je passed
                ff c9                      dec ecx
                75 f3                      jnz match
                80 4b 02 01        fatal:  or byte ptr [rbx+2], 1          ; a fatal failure is always reported
                e8 13 00 00 00             call report
                bf 7d 00 00 00             mov edi, 125
                b8 e7 00 00 00             mov eax, 231                    ; exit_group
                0f 05                      syscall
                e8 02 00 00 00     passed: call report
                eb cc                      jmp step
                f6 43 02 01        report: test byte ptr [rbx+2], 1
                74 27                      jz done
                bd 00 00 50 00             mov ebp, 0x500000               ; the record: instruction, result, before, after
                48 89 5d 00                mov [rbp], rbx
                4c 89 65 08                mov [rbp+8], r12
                6a 01                      push 1
                5f                         pop rdi
                8d 75 20                   lea esi, [rbp+32]               ; record.after
                b8 e4 00 00 00             mov eax, 228                    ; clock_gettime
                0f 05                      syscall
                8b 7d 3c                   mov edi, [rbp+60]               ; the descriptor of the report pipe
                89 ee                      mov esi, ebp
                6a 30                      push 48
                5a                         pop rdx
                6a 01                      push 1                          ; write
                58                         pop rax
                0f 05                      syscall
                c3                 done:   ret
                """);
    }
}
