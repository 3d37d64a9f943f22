package websocket

import (
	"syscall"
	"unsafe"
)

// rawCalls has sockets read and written by raw system calls, which do not tell
// the scheduler: the socket does not block, so the call takes no longer than a
// copy. A test switches it off, to compare with the plain calls.
//
// Entering a call of package syscall wakes the runtime's monitor, which costs 2 %
// of an echo and a quarter of its latency under load. A raw call holds the
// processor, so it is for a chunk at most.
var rawCalls = !sanitized

// isQuick reports whether a raw call may read or write n bytes.
func isQuick(n int) bool { return rawCalls && n <= chunk }

// readNow reads what is there.
func readNow(fd uintptr, p []byte) (n int, err error) {
	if len(p) == 0 || !isQuick(len(p)) {
		return plainRead(fd, p)
	}
	for {
		r, _, e := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
		switch e {
		case 0:
			return int(r), nil
		case syscall.EINTR:
		default:
			return 0, e
		}
	}
}

// writeOne writes what there is room for of p.
func writeOne(fd uintptr, p []byte) (n int, err error) {
	if len(p) == 0 || !isQuick(len(p)) {
		return plainWrite(fd, p)
	}
	for { // no call more: it would take room on the stacks of all connections
		r, _, e := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
		if e != syscall.EINTR {
			return written(r, e)
		}
	}
}

// writeTwo writes what there is room for of a and then b, which are not empty.
func writeTwo(fd uintptr, a, b []byte) (n int, err error) {
	if !rawCalls {
		return plainWriteTwo(fd, a, b)
	}
	pieces := [2]syscall.Iovec{{Base: &a[0]}, {Base: &b[0]}}
	pieces[0].SetLen(len(a))
	pieces[1].SetLen(len(b))
	for {
		var r uintptr
		var e syscall.Errno
		if isQuick(len(a) + len(b)) {
			r, _, e = syscall.RawSyscall(syscall.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&pieces)), uintptr(len(pieces)))
		} else {
			r, _, e = syscall.Syscall(syscall.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&pieces)), uintptr(len(pieces)))
		}
		if e != syscall.EINTR {
			return written(r, e)
		}
	}
}

// written is what a system call that writes has returned.
func written(n uintptr, e syscall.Errno) (int, error) {
	if e != 0 {
		return 0, e
	}
	return int(n), nil
}

// unackedBytes asks a socket by SIOCOUTQ: on TCP for the bytes that were not
// acknowledged.
func unackedBytes(fd uintptr) int {
	var n int32
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&n))); e != 0 {
		return -1
	}
	return int(n)
}
