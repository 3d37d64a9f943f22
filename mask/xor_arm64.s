//go:build !purego && !race

#include "textflag.h"

#define to   R0 // where the next byte goes
#define from R1 // the next byte
#define left R2 // bytes from there on
#define word R3 // the key of the four bytes there
#define i    R4 // bits to turn the key by, or bytes to move on
#define tail R5 // where the last registers begin, in src, then in dst
#define head R6 // dst

// func vectors(dst, src *byte, n int, key uint32)
TEXT ·vectors(SB), NOSPLIT, $0-28
	MOVD  dst+0(FP), to
	MOVD  src+8(FP), from
	MOVD  n+16(FP), left
	MOVWU key+24(FP), word
	VDUP  word, V0.S4
	LSL   $3, left, i
	RORW  i, word, i
	VDUP  i, V1.S4     // the key for registers that end at the end
	CMP   $128, left
	BHI   above128
	CMP   $64, left
	BHI   above64

	// Two registers from the start and two from the end.
	ADD  left, from, tail
	SUB  $32, tail
	VLD1 (from), [V2.B16, V3.B16]
	VLD1 (tail), [V4.B16, V5.B16]
	VEOR V0.B16, V2.B16, V2.B16
	VEOR V0.B16, V3.B16, V3.B16
	VEOR V1.B16, V4.B16, V4.B16
	VEOR V1.B16, V5.B16, V5.B16
	ADD  left, to, tail
	SUB  $32, tail
	VST1 [V2.B16, V3.B16], (to)
	VST1 [V4.B16, V5.B16], (tail)
	RET

above64:
	// Four registers from the start and four from the end.
	ADD  left, from, tail
	SUB  $64, tail
	VLD1 (from), [V2.B16, V3.B16, V4.B16, V5.B16]
	VLD1 (tail), [V16.B16, V17.B16, V18.B16, V19.B16]
	VEOR V0.B16, V2.B16, V2.B16
	VEOR V0.B16, V3.B16, V3.B16
	VEOR V0.B16, V4.B16, V4.B16
	VEOR V0.B16, V5.B16, V5.B16
	VEOR V1.B16, V16.B16, V16.B16
	VEOR V1.B16, V17.B16, V17.B16
	VEOR V1.B16, V18.B16, V18.B16
	VEOR V1.B16, V19.B16, V19.B16
	ADD  left, to, tail
	SUB  $64, tail
	VST1 [V2.B16, V3.B16, V4.B16, V5.B16], (to)
	VST1 [V16.B16, V17.B16, V18.B16, V19.B16], (tail)
	RET

above128:
	// One register from the start and four from the end are loaded and masked
	// where they are, aligned or not; a loop masks what is between, from the
	// first boundary in dst on; then those five are stored. They overlap what
	// the loop does, so they are loaded before it, for dst may be src, and
	// stored after it.
	ADD  left, from, tail
	SUB  $64, tail
	VLD1 (from), [V2.B16]
	VLD1 (tail), [V16.B16, V17.B16, V18.B16, V19.B16]
	VEOR V0.B16, V2.B16, V2.B16
	VEOR V1.B16, V16.B16, V16.B16
	VEOR V1.B16, V17.B16, V17.B16
	VEOR V1.B16, V18.B16, V18.B16
	VEOR V1.B16, V19.B16, V19.B16
	MOVD to, head
	ADD  left, to, tail
	SUB  $64, tail

	// On to the boundary, which turns the key.
	NEG  to, i
	AND  $15, i
	ADD  i, to
	ADD  i, from
	SUB  i, left
	LSL  $3, i
	RORW i, word
	VDUP word, V0.S4
	SUB  $64, left

loop:
	VLD1.P 64(from), [V4.B16, V5.B16, V6.B16, V7.B16]
	VEOR   V0.B16, V4.B16, V4.B16
	VEOR   V0.B16, V5.B16, V5.B16
	VEOR   V0.B16, V6.B16, V6.B16
	VEOR   V0.B16, V7.B16, V7.B16
	VST1.P [V4.B16, V5.B16, V6.B16, V7.B16], 64(to)
	SUBS   $64, left
	BHI    loop

	VST1 [V2.B16], (head)
	VST1 [V16.B16, V17.B16, V18.B16, V19.B16], (tail)
	RET
