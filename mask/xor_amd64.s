//go:build !purego && !race

#include "textflag.h"

#define to    DI  // where the next byte goes
#define from  SI  // the next byte
#define left  R8  // bytes from there on
#define ring  R9  // the key twice: four bytes from ring+i on are the key turned by i
#define i     CX
#define head  R10 // dst
#define end   R11 // the end of dst

// Up to the size of four registers as many are taken from the start as from the
// end. They overlap unless they meet; all are loaded before the first is
// stored, for dst may be src.
//
// Above it, be the registers XMM, YMM or ZMM, one from the start and four from
// the end are loaded and masked where they are, aligned or not; a loop masks
// what is between, from the first boundary in dst on, four at a time; then
// those five are stored. They overlap what the loop does, so they are loaded
// before it and stored after it.

// BOUNDARY moves on to the first address in dst that has none of the bits, and
// leaves in i what that turns the key by.
#define BOUNDARY(bits) \
	MOVQ to, head;           \
	LEAQ (to)(left*1), end;  \
	MOVQ to, i;              \
	NEGQ i;                  \
	ANDQ $bits, i;           \
	ADDQ i, to;              \
	ADDQ i, from;            \
	SUBQ i, left;            \
	ANDL $3, i

// func vectors(dst, src *byte, n int, keys uint64)
TEXT ·vectors(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), to
	MOVQ src+8(FP), from
	MOVQ n+16(FP), left
	LEAQ keys+24(FP), ring
	MOVL left, i
	ANDL $3, i             // turns the key for registers that end at the end
	CMPQ left, $64
	JA   above64

	// MOVSS, not MOVD: that waits for the store of keys to reach the cache, on
	// Zen 5, if i is not 0.
	MOVSS  (ring), X0
	MOVSS  (ring)(i*1), X1
	PSHUFD $0, X0, X0
	PSHUFD $0, X1, X1
	MOVOU  (from), X2
	MOVOU  16(from), X3
	MOVOU  -32(from)(left*1), X4
	MOVOU  -16(from)(left*1), X5
	PXOR   X0, X2
	PXOR   X0, X3
	PXOR   X1, X4
	PXOR   X1, X5
	MOVOU  X2, (to)
	MOVOU  X3, 16(to)
	MOVOU  X4, -32(to)(left*1)
	MOVOU  X5, -16(to)(left*1)
	RET

above64:
	CMPB ·hasAVX2(SB), $0
	JNE  avx2

	// SSE2.
	MOVSS  (ring), X0
	MOVSS  (ring)(i*1), X1
	PSHUFD $0, X0, X0
	PSHUFD $0, X1, X1
	MOVOU  (from), X2
	MOVOU  -64(from)(left*1), X3
	MOVOU  -48(from)(left*1), X4
	MOVOU  -32(from)(left*1), X5
	MOVOU  -16(from)(left*1), X6
	PXOR   X0, X2
	PXOR   X1, X3
	PXOR   X1, X4
	PXOR   X1, X5
	PXOR   X1, X6
	BOUNDARY(15)
	MOVSS  (ring)(i*1), X0
	PSHUFD $0, X0, X0
	SUBQ   $64, left
	JBE    end64

loop64:
	MOVOU (from), X7
	MOVOU 16(from), X8
	MOVOU 32(from), X9
	MOVOU 48(from), X10
	PXOR  X0, X7
	PXOR  X0, X8
	PXOR  X0, X9
	PXOR  X0, X10
	MOVOA X7, (to)
	MOVOA X8, 16(to)
	MOVOA X9, 32(to)
	MOVOA X10, 48(to)
	ADDQ  $64, from
	ADDQ  $64, to
	SUBQ  $64, left
	JA    loop64

end64:
	MOVOU X2, (head)
	MOVOU X3, -64(end)
	MOVOU X4, -48(end)
	MOVOU X5, -32(end)
	MOVOU X6, -16(end)
	RET

avx2:
	CMPQ left, $256
	JBE  upto256
	CMPB ·hasAVX512(SB), $0
	JNE  avx512

upto256:
	VPBROADCASTD (ring), Y0
	VPBROADCASTD (ring)(i*1), Y1
	CMPQ         left, $128
	JA           above128
	VPXOR        (from), Y0, Y2
	VPXOR        32(from), Y0, Y3
	VPXOR        -64(from)(left*1), Y1, Y4
	VPXOR        -32(from)(left*1), Y1, Y5
	VMOVDQU      Y2, (to)
	VMOVDQU      Y3, 32(to)
	VMOVDQU      Y4, -64(to)(left*1)
	VMOVDQU      Y5, -32(to)(left*1)
	VZEROUPPER
	RET

above128:
	VPXOR        (from), Y0, Y2
	VPXOR        -128(from)(left*1), Y1, Y3
	VPXOR        -96(from)(left*1), Y1, Y4
	VPXOR        -64(from)(left*1), Y1, Y5
	VPXOR        -32(from)(left*1), Y1, Y6
	BOUNDARY(31)
	VPBROADCASTD (ring)(i*1), Y0
	SUBQ         $128, left
	JBE          end128

loop128:
	VPXOR   (from), Y0, Y7
	VPXOR   32(from), Y0, Y8
	VPXOR   64(from), Y0, Y9
	VPXOR   96(from), Y0, Y10
	VMOVDQA Y7, (to)
	VMOVDQA Y8, 32(to)
	VMOVDQA Y9, 64(to)
	VMOVDQA Y10, 96(to)
	ADDQ    $128, from
	ADDQ    $128, to
	SUBQ    $128, left
	JA      loop128

end128:
	VMOVDQU Y2, (head)
	VMOVDQU Y3, -128(end)
	VMOVDQU Y4, -96(end)
	VMOVDQU Y5, -64(end)
	VMOVDQU Y6, -32(end)
	VZEROUPPER
	RET

avx512:
	// Registers from Z16 on need no VZEROUPPER: SSE has no part of them.
	VPBROADCASTD (ring), Z16
	VPBROADCASTD (ring)(i*1), Z17
	VPXORD       (from), Z16, Z18
	VPXORD       -256(from)(left*1), Z17, Z19
	VPXORD       -192(from)(left*1), Z17, Z20
	VPXORD       -128(from)(left*1), Z17, Z21
	VPXORD       -64(from)(left*1), Z17, Z22
	BOUNDARY(63)
	VPBROADCASTD (ring)(i*1), Z16
	SUBQ         $256, left
	JBE          end256

loop256:
	VPXORD    (from), Z16, Z23
	VPXORD    64(from), Z16, Z24
	VPXORD    128(from), Z16, Z25
	VPXORD    192(from), Z16, Z26
	VMOVDQA32 Z23, (to)
	VMOVDQA32 Z24, 64(to)
	VMOVDQA32 Z25, 128(to)
	VMOVDQA32 Z26, 192(to)
	ADDQ      $256, from
	ADDQ      $256, to
	SUBQ      $256, left
	JA        loop256

end256:
	VMOVDQU32 Z18, (head)
	VMOVDQU32 Z19, -256(end)
	VMOVDQU32 Z20, -192(end)
	VMOVDQU32 Z21, -128(end)
	VMOVDQU32 Z22, -64(end)
	RET
