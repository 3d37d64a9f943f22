//go:build race

package chaos

// raceDetector says that the race detector is on.
const raceDetector = true
