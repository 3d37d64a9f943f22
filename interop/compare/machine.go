package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// circumstances says when, where and how all this was measured.
func (c *config) circumstances() string {
	rounds := fmt.Sprintf("%d rounds", c.rounds)
	if c.rounds == 1 {
		rounds = "one round"
	}
	return fmt.Sprintf("Measured on %s with %s on %s, %d CPUs, %s/%s: `%s` in `interop`, medians of %s.",
		time.Now().UTC().Format(time.DateOnly), runtime.Version(), cpuModel(), runtime.NumCPU(),
		runtime.GOOS, runtime.GOARCH, c.command, rounds)
}

// cpuModel returns the processor's name where the system tells it.
func cpuModel() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range bytes.Lines(info) {
		name, value, _ := strings.Cut(string(line), ":")
		if strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unnamed processor"
}
