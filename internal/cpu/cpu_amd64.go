//go:build !purego

package cpu

// AVX2 and AVX512 say whether YMM and ZMM registers may be used; SSE2 is part of
// every amd64.
var AVX2, AVX512 = features()

// Bits of CPUID and XCR0, from Intel's manual, volume 2A, CPUID, and volume 1,
// section 13.3.
const (
	leaf1OSXSAVE = 1 << 27 // ECX: XGETBV may be used
	leaf1AVX     = 1 << 28 // ECX
	leaf7AVX2    = 1 << 5  // EBX
	leaf7AVX512F = 1 << 16 // EBX
	leaf7VBMI2   = 1 << 6  // ECX: AVX512_VBMI2
	xcr0YMM      = 0x06    // the system saves XMM and YMM
	xcr0ZMM      = 0xe6    // and the masks and ZMM
)

// features asks the processor what it has and the system what it saves.
//
// No assembly of this module needs VBMI2, but processors that have AVX-512 without it
// (Skylake-X, Cascade Lake) lower their clock when they meet a ZMM register.
func features() (avx2, avx512 bool) {
	if leaves, _, _, _ := cpuid(0, 0); leaves < 7 {
		return false, false
	}
	if _, _, ecx, _ := cpuid(1, 0); ecx&leaf1OSXSAVE == 0 || ecx&leaf1AVX == 0 {
		return false, false
	}
	_, ebx, ecx, _ := cpuid(7, 0)
	saved, _ := xgetbv()
	avx2 = saved&xcr0YMM == xcr0YMM && ebx&leaf7AVX2 != 0
	avx512 = avx2 && saved&xcr0ZMM == xcr0ZMM && ebx&leaf7AVX512F != 0 && ecx&leaf7VBMI2 != 0
	return avx2, avx512
}

// cpuid is the instruction CPUID.
func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// xgetbv is the instruction XGETBV of XCR0.
func xgetbv() (eax, edx uint32)
