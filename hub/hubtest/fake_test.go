package hubtest

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fake is a test whose failure is looked at.
type fake struct {
	testing.TB // for what is not to be called
	mu         sync.Mutex
	errors     []string
	cleanups   []func()
}

func (f *fake) Helper()           {}
func (f *fake) Cleanup(do func()) { f.cleanups = append(f.cleanups, do) }

func (f *fake) Error(args ...any)                 { f.fail(fmt.Sprintln(args...)) }
func (f *fake) Errorf(format string, args ...any) { f.fail(fmt.Sprintf(format, args...)) }

func (f *fake) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

func (f *fake) Failed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.errors) > 0
}

func (f *fake) fail(why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errors = append(f.errors, strings.TrimSpace(why))
}

// run runs a case and returns its errors.
func (f *fake) run(b Broker, test func(*testcase)) []string {
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(newCase(f, b))
	}()
	<-done
	for _, do := range slices.Backward(f.cleanups) {
		do()
	}
	return f.errors
}

// find returns the case of a name.
func find(t *testing.T, b Broker, name string) func(*testcase) {
	for _, c := range cases {
		if c.name == name {
			return c.test
		}
	}
	for _, f := range b.Faults {
		if f.Name == name {
			return func(c *testcase) { testFault(c, f) }
		}
	}
	t.Fatalf("there is no case %q", name)
	return nil
}
