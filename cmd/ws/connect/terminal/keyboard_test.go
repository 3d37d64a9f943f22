package terminal

import (
	"io"
	"testing"
)

// Ctrl-C is noticed also while nobody reads, and is no key for who does.
func TestKeyboard(t *testing.T) {
	r, w := io.Pipe()
	k, interrupts := newKeyboard(), make(chan bool, 2)
	ended := make(chan bool)
	go func() {
		k.watch(r, func() { interrupts <- true })
		close(ended)
	}()
	for _, typed := range []string{"a", "b\x03c", "\x1b[1~", "\x03"} {
		io.WriteString(w, typed)
	}
	<-interrupts
	<-interrupts
	w.Close()
	<-ended
	if got, err := io.ReadAll(k); string(got) != "abc\x1b[H" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := k.Read(nil); err != errEndlessKey {
		t.Error(err)
	}
}
