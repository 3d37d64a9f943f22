//go:build !purego && !race

#include "textflag.h"

#define next  SI // where the next block begins
#define end64 DI // where the last 64 bytes begin
#define end32 R8 // where the last 32 bytes begin
#define size  DX // all bytes
#define table BX // slide
#define r     AX // the highest bits of 32 bytes

// Constants.
#define HIGH   Y15 // of tables
#define LOW    Y14
#define NEXT   Y13
#define NIBBLE Y12 // 0f in each byte
#define THREE  Y11 // 60: what is left of e0 and above has the highest bit
#define FOUR   Y10 // 70: what is left of f0 and above has the highest bit
#define TOP    Y9  // 80

#define CONSTANTS \
	VBROADCASTI128 ·tables+0(SB), HIGH;  \
	VBROADCASTI128 ·tables+16(SB), LOW;  \
	VBROADCASTI128 ·tables+32(SB), NEXT; \
	VPBROADCASTB   nibble<>(SB), NIBBLE; \
	VPBROADCASTB   three<>(SB), THREE;   \
	VPBROADCASTB   four<>(SB), FOUR;     \
	VPBROADCASTB   top<>(SB), TOP

DATA nibble<>(SB)/1, $0x0f
DATA three<>(SB)/1, $0x60
DATA four<>(SB)/1, $0x70
DATA top<>(SB)/1, $0x80
GLOBL nibble<>(SB), RODATA|NOPTR, $1
GLOBL three<>(SB), RODATA|NOPTR, $1
GLOBL four<>(SB), RODATA|NOPTR, $1
GLOBL top<>(SB), RODATA|NOPTR, $1

// slide moves the 16 bytes of a register up by 0 to 16, if that is how far before
// its middle it is read.
DATA slide<>+0(SB)/8, $0x8080808080808080
DATA slide<>+8(SB)/8, $0x8080808080808080
DATA slide<>+16(SB)/8, $0x0706050403020100
DATA slide<>+24(SB)/8, $0x0f0e0d0c0b0a0908
GLOBL slide<>(SB), RODATA|NOPTR, $32

// CHECK leaves 0 in b1 if the 32 bytes of in are good after b1, b2 and b3: the
// 32 bytes that begin one, two and three before them. t is for a while.
#define CHECK(in, b1, b2, b3, t) \
	VPSRLW   $4, b1, t;      \
	VPAND    NIBBLE, t, t;   \
	VPSHUFB  t, HIGH, t;     \ // by the first byte's higher nibble
	VPAND    NIBBLE, b1, b1; \
	VPSHUFB  b1, LOW, b1;    \ // by its lower nibble
	VPAND    t, b1, b1;      \
	VPSRLW   $4, in, t;      \
	VPAND    NIBBLE, t, t;   \
	VPSHUFB  t, NEXT, t;     \ // by the second byte's higher nibble
	VPAND    t, b1, b1;      \ // the kinds of bad pairs that end here
	VPSUBUSB THREE, b2, b2;  \
	VPSUBUSB FOUR, b3, b3;   \
	VPOR     b3, b2, b2;     \
	VPAND    TOP, b2, b2;    \ // where the third and fourth bytes of characters are
	VPXOR    b2, b1, b1

// BEFORE loads what CHECK wants to know of what is before the block that begins at
// bytes from next on.
#define BEFORE(at, b1, b2, b3) \
	VMOVDQU at-1(next), b1; \
	VMOVDQU at-2(next), b2; \
	VMOVDQU at-3(next), b3

// NOTHING does it for a block in that has nothing before it, or ASCII.
#define NOTHING(in, b1, b2, b3) \
	VPERM2I128 $0x08, in, in, b3; \ // 16 zeros and the first half
	VPALIGNR   $15, b3, in, b1;   \
	VPALIGNR   $14, b3, in, b2;   \
	VPALIGNR   $13, b3, in, b3

// func check(p []byte) (good int)
TEXT ·check(SB), NOSPLIT, $0-32
	MOVQ p_base+0(FP), next
	MOVQ p_len+8(FP), size
	LEAQ -64(next)(size*1), end64
	LEAQ -32(next)(size*1), end32
	CMPQ size, $32
	JB   below32
	CMPQ size, $64
	JB   below64

ascii:
	// 64 bytes after ASCII.
	VMOVDQU   (next), Y0
	VPOR      32(next), Y0, Y1
	VPMOVMSKB Y1, r
	TESTL     r, r
	JNZ       first
	ADDQ      $64, next
	CMPQ      next, end64
	JBE       ascii

	// Fewer after ASCII: look at the last 64.
	VMOVDQU   (end64), Y0
	VPOR      (end32), Y0, Y1
	VPMOVMSKB Y1, r
	TESTL     r, r
	JZ        good
	CONSTANTS
	JMP       tail

first:
	CONSTANTS
	NOTHING(Y0, Y3, Y4, Y5)
	JMP second

loop:
	// 64 bytes after others.
	VMOVDQU (next), Y0
	BEFORE(0, Y3, Y4, Y5)

second:
	CHECK(Y0, Y3, Y4, Y5, Y2)
	VMOVDQU   32(next), Y1
	BEFORE(32, Y6, Y7, Y8)
	CHECK(Y1, Y6, Y7, Y8, Y2)
	VPOR      Y3, Y6, Y6
	VPTEST    Y6, Y6
	JNZ       wrong
	ADDQ      $64, next
	CMPQ      next, end64
	JA        tail
	VPOR      Y0, Y1, Y1
	VPMOVMSKB Y1, r
	TESTL     r, r
	JNZ       loop
	JMP       ascii

tail:
	// Fewer: 32 if there are more than that, then the last 32, some of which may
	// be known already.
	CMPQ    next, end32
	JAE     last
	VMOVDQU (next), Y0
	BEFORE(0, Y3, Y4, Y5)
	CHECK(Y0, Y3, Y4, Y5, Y2)
	VPTEST  Y3, Y3
	JNZ     wrong

last:
	MOVQ    end32, next
	VMOVDQU (next), Y0
	BEFORE(0, Y3, Y4, Y5)
	CHECK(Y0, Y3, Y4, Y5, Y2)
	VPTEST  Y3, Y3
	JNZ     wrong

good:
	VZEROUPPER
	MOVQ size, good+24(FP)
	RET

wrong:
	VZEROUPPER
	SUBQ p_base+0(FP), next
	MOVQ next, good+24(FP)
	RET

below64:
	VMOVDQU   (next), Y0
	VPOR      (end32), Y0, Y1
	VPMOVMSKB Y1, r
	TESTL     r, r
	JZ        good
	CONSTANTS
	NOTHING(Y0, Y3, Y4, Y5)
	CHECK(Y0, Y3, Y4, Y5, Y2)
	VPTEST    Y3, Y3
	JNZ       wrong
	CMPQ      size, $35
	JAE       last
	MOVQ      $32, size // BEFORE would read before p: leave the rest
	JMP       good

below32:
	// All to the end of a register, after zeros.
	VMOVDQU     (next), X0
	VPOR        16(end32), X0, X1
	VPMOVMSKB   X1, r
	TESTL       r, r
	JZ          good
	CONSTANTS
	LEAQ        slide<>(SB), table
	VPSHUFB     -16(table)(size*1), X0, X0
	VINSERTI128 $1, 16(end32), Y0, Y0
	NOTHING(Y0, Y3, Y4, Y5)
	CHECK(Y0, Y3, Y4, Y5, Y2)
	VPTEST      Y3, Y3
	JNZ         wrong
	JMP         good
