//go:build race || msan || asan

package websocket

// sanitized says that a detector watches memory: it sees what syscall.Read and Write
// touch, and not what a raw system call does.
const sanitized = true
