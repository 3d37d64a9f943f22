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

// plainWrite writes what there is room for of p.
func plainWrite(fd uintptr, p []byte) (n int, err error) {
	for {
		if n, err = syscall.Write(int(fd), p); err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}

// plainWriteTwo writes what there is room for of a and then b: one call is worth
// the copy.
func plainWriteTwo(fd uintptr, a, b []byte) (n int, err error) {
	memory := getBuffer(bigBuffer)
	defer putBuffer(memory)
	n = copy(memory, a)
	n += copy(memory[n:], b)
	return plainWrite(fd, memory[:n])
}
