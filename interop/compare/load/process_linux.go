package load

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime returns the CPU time that the process has used, user and system, of
// all threads: clock_getcpuclockid(3) makes a clock's number of its id.
func cpuTime(pid int) (time.Duration, error) {
	const scheduler = 2 // the clock that counts nanoseconds, not ticks
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduler), &t); err != nil {
		return 0, fmt.Errorf("CPU time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// residentBytes returns the resident memory of the process, counted page by
// page: VmRSS is off by what each CPU has yet to report.
func residentBytes(pid int) (int64, error) {
	report, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	_, rss, _ := bytes.Cut(report, []byte("\nRss:"))
	var kilobytes int64
	if _, err := fmt.Fscan(bytes.NewReader(rss), &kilobytes); err != nil {
		return 0, fmt.Errorf("resident memory of process %d: %w", pid, err)
	}
	return kilobytes << 10, nil
}

// Which of the CPUs that may be used are whose.
const (
	serverCPU = 0
	clientCPU = 1
)

// pin keeps the calling thread, and what it starts, on one CPU until the
// returned function is called. With a single CPU there is nothing to choose.
func pin(which int) (release func()) {
	var all, one unix.CPUSet
	if unix.SchedGetaffinity(0, &all) != nil || all.Count() < 2 {
		return func() {}
	}
	for cpu, left := 0, which; ; cpu++ {
		if !all.IsSet(cpu) {
			continue
		}
		if left == 0 {
			one.Set(cpu)
			break
		}
		left--
	}
	if unix.SchedSetaffinity(0, &one) != nil {
		return func() {}
	}
	return func() { unix.SchedSetaffinity(0, &all) }
}

// OnServerCPU has f start a server's process where no client will be.
func OnServerCPU(f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer pin(serverCPU)()
	return f()
}
