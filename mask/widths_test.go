//go:build purego || race || !amd64

package mask

// EachWidth calls f once: there is no choice.
func EachWidth(f func(name string)) { f("all") }
