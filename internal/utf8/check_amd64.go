//go:build !purego && !race

package utf8

import "github.com/seed372fb791/rfc6455/internal/cpu"

// hasVectors says whether the processor has what check is made of.
var hasVectors = cpu.AVX2
