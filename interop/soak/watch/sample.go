package watch

import (
	"runtime"
	"time"
)

// Sample is how the process was at one time.
type Sample struct {
	Elapsed     time.Duration
	Messages    int64 // so far, as the program counts
	Open        int   // connections
	Goroutines  int
	Descriptors int
	Heap        int64 // bytes in use after garbage collection
	Resident    int64 // bytes of memory that the system has given to the process
}

// Take looks at the process.
func Take(elapsed time.Duration, messages int64, open int) Sample {
	return Sample{
		Elapsed:     elapsed,
		Messages:    messages,
		Open:        open,
		Goroutines:  runtime.NumGoroutine(),
		Descriptors: Descriptors(),
		Heap:        heap(),
		Resident:    resident(),
	}
}

// heap returns what is in use. What a sync.Pool keeps survives one collection, and
// varies with the moment: two of them leave only what somebody holds.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
