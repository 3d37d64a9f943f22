package chaos

import (
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble runs f where time is virtual. Goroutines that it leaves behind are a
// violation.
func inBubble(t *testing.T, f func() []Violation) (broken []Violation) {
	defer func() {
		if p := recover(); p != nil {
			broken = append(broken, Violation{"left", fmt.Sprintf("%v", p)})
		}
	}()
	synctest.Test(t, func(*testing.T) { broken = f() })
	return broken
}

// watchdog is the time that a program may take. It is meant for programs that
// hang where nothing else can tell.
const watchdog = 5 * time.Minute

// watch ends the process if the program takes too long, and says why.
func watch(p *Program) (stop func() bool) {
	return time.AfterFunc(watchdog, func() {
		fmt.Printf("chaos: this program hangs:\n%v\n%s\n", p, stacks())
		os.Exit(2)
	}).Stop
}
