package load

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
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
	left         unix.ItimerSpec
}

// awake is how long the thread is kept from sleeping.
const awake = 100 * time.Microsecond

// newAlarm returns a kernelAlarm, or another one where there are none.
func newAlarm() alarm {
	a := new(kernelAlarm)
	timer, noTimer := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	event, noEvent := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	a.timer, a.event = newDescriptor(timer, a.setTimer), newDescriptor(event, a.raise)
	if noTimer != nil || noEvent != nil {
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
			a.left.Value = unix.NsecToTimespec(int64(left - awake))
			set = a.timer.await()
		}
	}
}

func (a *kernelAlarm) setTimer(fd uintptr) {
	unix.TimerfdSettime(int(fd), 0, &a.left, nil)
}

func (a *kernelAlarm) raise(fd uintptr) {
	unix.Write(int(fd), oneEvent)
}

// oneEvent is a number that is not 0, in any byte order.
var oneEvent = []byte{1, 0, 0, 0, 0, 0, 0, 0}

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

// newDescriptor returns the descriptor fd, nil for -1.
func newDescriptor(fd int, begin func(fd uintptr)) *descriptor {
	if fd < 0 {
		return nil
	}
	d := &descriptor{file: os.NewFile(uintptr(fd), "alarm")}
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
