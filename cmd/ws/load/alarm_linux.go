package load

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// kernelAlarm is an alarm by the kernel's own timer (timerfd_create(2)), a file
// that becomes readable. The runtime's timers are up to a millisecond late on an
// idle Linux, since epoll_wait(2) sleeps that long at least: too much for
// latencies that count from when a message was due.
//
// To wake a thread takes a while, too, often more than the server needs for an
// answer. So the thread is kept from sleeping for a while before the alarm rings
// and after it was set, when answers come: meanwhile an event that has happened
// already (eventfd(2)) is waited for, and the runtime looks at the sockets.
type kernelAlarm struct {
	timer, event *descriptor
	value        struct{ interval, value syscall.Timespec }
	one          uint64
}

// awake is how long the thread is kept from sleeping.
const awake = 100 * time.Microsecond

const clockMonotonic = 1

// newAlarm returns a kernelAlarm, or another one where there are none.
func newAlarm() alarm {
	a := &kernelAlarm{one: 1}
	a.timer = openDescriptor(syscall.SYS_TIMERFD_CREATE, clockMonotonic, a.setTimer)
	a.event = openDescriptor(syscall.SYS_EVENTFD2, 0, a.raise)
	if a.timer == nil || a.event == nil {
		a.stop()
		return newTimerAlarm()
	}
	return a
}

func (a *kernelAlarm) wait(d time.Duration) {
	for begin, set := time.Now(), true; set; {
		gone := time.Since(begin)
		switch left := d - gone; {
		case left <= 0:
			return
		case gone < awake || left < awake:
			set = a.event.await()
		default:
			a.value.value = syscall.NsecToTimespec(int64(left - awake))
			set = a.timer.await()
		}
	}
}

func (a *kernelAlarm) setTimer(fd uintptr) {
	syscall.Syscall6(syscall.SYS_TIMERFD_SETTIME, fd, 0, uintptr(unsafe.Pointer(&a.value)), 0, 0, 0)
}

func (a *kernelAlarm) raise(fd uintptr) {
	syscall.Syscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&a.one)), unsafe.Sizeof(a.one))
}

func (a *kernelAlarm) stop() {
	a.timer.close()
	a.event.close()
}

// descriptor is a file that a goroutine has become readable, and waits for.
type descriptor struct {
	file  *os.File
	raw   syscall.RawConn
	begun bool
	turn  func(fd uintptr) (done bool)
}

// openDescriptor returns what a system call with two arguments, the second of
// them flags, opens, nil if it does not.
func openDescriptor(call, arg uintptr, begin func(fd uintptr)) *descriptor {
	fd, _, failed := syscall.Syscall(call, arg, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if failed != 0 {
		return nil
	}
	d := &descriptor{file: os.NewFile(fd, "alarm")}
	d.raw, _ = d.file.SyscallConn() // fails only for a closed file
	d.turn = func(fd uintptr) (done bool) {
		if done = d.begun; !done {
			begin(fd)
		}
		d.begun = !d.begun
		return done
	}
	return d
}

// await begins and waits. It returns false if d was closed.
func (d *descriptor) await() bool {
	d.begun = false
	return d.raw.Read(d.turn) == nil
}

func (d *descriptor) close() {
	if d != nil {
		d.file.Close()
	}
}
