//go:build race

package chaos

// raceDetector says that the race detector is on: it finds by itself who keeps
// the memory of a write.
const raceDetector = true
