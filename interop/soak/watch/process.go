package watch

import (
	"fmt"
	"os"
)

// Descriptors returns how many the process has open, 0 where the system does not say.
func Descriptors() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries) - 1 // one is for looking
}

// resident returns the bytes of memory in use, 0 where the system does not say.
func resident() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages int64
	fmt.Sscan(string(statm), &size, &pages)
	return pages * int64(os.Getpagesize())
}
