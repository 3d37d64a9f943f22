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
// processor: at most a chunk is read or written.
var rawCalls = !sanitized

// readNow reads what is there.
func readNow(fd uintptr, p []byte) (n int, err error) {
	if !rawCalls || len(p) == 0 {
		return plainRead(fd, p)
	}
	p = p[:min(len(p), chunk)]
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

// writeNow writes what there is room for of a and then b.
func writeNow(fd uintptr, a, b []byte) (n int, err error) {
	if !rawCalls || len(a)+len(b) == 0 {
		return plainWrite(fd, a, b)
	}
	if len(a) == 0 {
		a, b = b, nil
	}
	if a = a[:min(len(a), chunk)]; len(b) == 0 {
		return rawWrite(syscall.SYS_WRITE, fd, unsafe.Pointer(&a[0]), len(a))
	}
	return writeBoth(fd, a, b[:min(len(b), chunk-len(a)+1)])
}

// writeBoth writes what there is room for of a and then b.
func writeBoth(fd uintptr, a, b []byte) (n int, err error) {
	pieces := [2]syscall.Iovec{{Base: &a[0]}, {Base: &b[0]}}
	pieces[0].SetLen(len(a))
	pieces[1].SetLen(len(b))
	return rawWrite(syscall.SYS_WRITEV, fd, unsafe.Pointer(&pieces), len(pieces))
}

func rawWrite(call, fd uintptr, p unsafe.Pointer, n int) (int, error) {
	for {
		r, _, e := syscall.RawSyscall(call, fd, uintptr(p), uintptr(n))
		switch e {
		case 0:
			return int(r), nil
		case syscall.EINTR:
		default:
			return 0, e
		}
	}
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
