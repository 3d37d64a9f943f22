//go:build unix && !linux

package websocket

// Other systems have no stable numbers for raw system calls.

func readNow(fd uintptr, p []byte) (int, error)     { return plainRead(fd, p) }
func writeOne(fd uintptr, p []byte) (int, error)    { return plainWrite(fd, p) }
func writeTwo(fd uintptr, a, b []byte) (int, error) { return plainWriteTwo(fd, a, b) }
