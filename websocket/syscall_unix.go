//go:build unix

package websocket

import "syscall"

// plainRead reads what is there.
func plainRead(fd uintptr, p []byte) (n int, err error) {
	for {
		if n, err = syscall.Read(int(fd), p); err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}

// plainWrite writes what there is room for of a and then b.
func plainWrite(fd uintptr, a, b []byte) (n int, err error) {
	if len(a) > 0 && len(b) > 0 { // one call is worth the copy
		memory := getBuffer(bigBuffer)
		defer putBuffer(memory)
		n = copy(memory, a)
		n += copy(memory[n:], b)
		a = memory[:n]
	} else if len(a) == 0 {
		a = b
	}
	for {
		if n, err = syscall.Write(int(fd), a); err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}
