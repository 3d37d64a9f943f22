//go:build !race && !msan && !asan

package websocket

// sanitized says that a detector watches memory.
const sanitized = false
