//go:build !purego && !race

#include "textflag.h"

#define next  R0 // where the next block begins
#define left  R1 // bytes from there on
#define size  R2 // all bytes
#define last  R3 // where the last bytes begin
#define r     R4 // what a vector is folded to, or an address
#define r2    R5

// The next 64 bytes, and the 16 before them.
#define B0 V0
#define B1 V1
#define B2 V2
#define B3 V3
#define BEFORE V4

// Constants.
#define HIGH   V16 // of tables
#define LOW    V17
#define NEXT   V18
#define NIBBLE V19 // 0f in each byte
#define THREE  V20 // 60: e0 and above less that have the highest bit
#define FOUR   V21 // 70: f0 and above less that have the highest bit
#define TOP    V22 // 80

// CHECK leaves 0 in b1 if the 16 bytes of in are good after b1, b2 and b3: the
// 16 bytes that begin one, two and three before them. t is for a while.
#define CHECK(in, b1, b2, b3, t) \
	VUSHR $4, b1.B16, t.B16;           \
	VTBL  t.B16, [HIGH.B16], t.B16;    \ // by the first byte's higher nibble
	VAND  NIBBLE.B16, b1.B16, b1.B16;  \
	VTBL  b1.B16, [LOW.B16], b1.B16;   \ // by its lower nibble
	VAND  t.B16, b1.B16, b1.B16;       \
	VUSHR $4, in.B16, t.B16;           \
	VTBL  t.B16, [NEXT.B16], t.B16;    \ // by the second byte's higher nibble
	VAND  t.B16, b1.B16, b1.B16;       \ // the kinds of bad pairs that end here
	VUMAX THREE.B16, b2.B16, b2.B16;   \
	VSUB  THREE.B16, b2.B16, b2.B16;   \
	VUMAX FOUR.B16, b3.B16, b3.B16;    \
	VSUB  FOUR.B16, b3.B16, b3.B16;    \
	VORR  b3.B16, b2.B16, b2.B16;      \
	VAND  TOP.B16, b2.B16, b2.B16;     \ // where the third and fourth bytes of characters are
	VEOR  b2.B16, b1.B16, b1.B16

// AFTER is CHECK for in after the 16 bytes of before.
#define AFTER(before, in, b1, b2, b3, t) \
	VEXT $15, in.B16, before.B16, b1.B16; \
	VEXT $14, in.B16, before.B16, b2.B16; \
	VEXT $13, in.B16, before.B16, b3.B16; \
	CHECK(in, b1, b2, b3, t)

// BITS moves a vector to r, its halves one on the other.
#define BITS(v) \
	VMOV v.D[0], r;  \
	VMOV v.D[1], r2; \
	ORR  r2, r

// BITS64 moves the next 64 bytes there.
#define BITS64 \
	VORR B0.B16, B1.B16, V5.B16; \
	VORR B2.B16, B3.B16, V6.B16; \
	VORR V5.B16, V6.B16, V5.B16; \
	BITS(V5)

// func check(p []byte) (good int)
TEXT ·check(SB), NOSPLIT, $0-32
	MOVD  p_base+0(FP), next
	MOVD  p_len+8(FP), size
	MOVD  size, left
	VEOR  BEFORE.B16, BEFORE.B16, BEFORE.B16 // nothing before is like ASCII
	MOVD  $·tables(SB), r
	VLD1  (r), [HIGH.B16, LOW.B16, NEXT.B16]
	VMOVI $0x0f, NIBBLE.B16
	VMOVI $0x60, THREE.B16
	VMOVI $0x70, FOUR.B16
	VMOVI $0x80, TOP.B16
	CMP   $64, size
	BLO   below64

ascii:
	// 64 bytes after ASCII.
	VLD1 (next), [B0.B16, B1.B16, B2.B16, B3.B16]
	BITS64
	TST  $0x8080808080808080, r
	BNE  others
	ADD  $64, next
	SUB  $64, left
	CMP  $64, left
	BHS  ascii

	// Fewer after ASCII: look at the last 64.
	ADD  left, next, last
	SUB  $64, last
	VLD1 (last), [B0.B16, B1.B16, B2.B16, B3.B16]
	BITS64
	TST  $0x8080808080808080, r
	BEQ  good
	B    tail

loop:
	// 64 bytes after others.
	VLD1 (next), [B0.B16, B1.B16, B2.B16, B3.B16]

others:
	AFTER(BEFORE, B0, V5, V6, V7, V8)
	AFTER(B0, B1, V9, V10, V11, V12)
	AFTER(B1, B2, V13, V14, V15, V8)
	AFTER(B2, B3, V6, V7, V10, V11)
	VORR V9.B16, V5.B16, V5.B16
	VORR V13.B16, V6.B16, V6.B16
	VORR V5.B16, V6.B16, V5.B16
	BITS(V5)
	CBNZ r, wrong
	VORR B3.B16, B3.B16, BEFORE.B16
	ADD  $64, next
	SUB  $64, left
	CMP  $64, left
	BLO  tail
	BITS64
	TST  $0x8080808080808080, r
	BNE  loop
	B    ascii

tail:
	// Fewer: 16 as long as there are, then the last 16, some of which are known
	// already.
	CMP  $16, left
	BLO  below16
	VLD1 (next), [B0.B16]
	AFTER(BEFORE, B0, V5, V6, V7, V8)
	BITS(V5)
	CBNZ r, wrong
	VORR B0.B16, B0.B16, BEFORE.B16
	ADD  $16, next
	SUB  $16, left
	B    tail

below16:
	CBZ  left, good
	CMP  $19, size
	BLO  most
	ADD  left, next
	SUB  $16, next
	VLD1 (next), [B0.B16]
	SUB  $1, next, r
	VLD1 (r), [V5.B16]
	SUB  $2, next, r
	VLD1 (r), [V6.B16]
	SUB  $3, next, r
	VLD1 (r), [V7.B16]
	CHECK(B0, V5, V6, V7, V8)
	BITS(V5)
	CBNZ r, wrong

good:
	MOVD size, good+24(FP)
	RET

most:
	SUB left, size // three before the last 16 would be before p: leave the rest
	B   good

wrong:
	MOVD p_base+0(FP), r
	SUB  r, next
	MOVD next, good+24(FP)
	RET

below64:
	// Is it ASCII? Look at as much from the start as from the end.
	ADD  size, next, last
	CMP  $32, size
	BLO  below32
	SUB  $32, last
	VLD1 (next), [B0.B16, B1.B16]
	VLD1 (last), [B2.B16, B3.B16]
	BITS64
	TST  $0x8080808080808080, r
	BEQ  good
	B    tail

below32:
	SUB  $16, last
	VLD1 (next), [B0.B16]
	VLD1 (last), [B1.B16]
	VORR B0.B16, B1.B16, V5.B16
	BITS(V5)
	TST  $0x8080808080808080, r
	BEQ  good
	B    tail
