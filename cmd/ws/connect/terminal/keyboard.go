package terminal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
)

const ctrlC = 3

// keyboard reads a terminal in raw mode, all the time: Ctrl-C has to be noticed
// also when nobody takes the keys, because the server does not take the lines.
type keyboard struct {
	mu      sync.Mutex
	arrived sync.Cond
	keys    []byte
	err     error // after the last key
}

func newKeyboard() *keyboard {
	k := new(keyboard)
	k.arrived.L = &k.mu
	return k
}

// watch reads keys until there are no more, and calls interrupt for each Ctrl-C
// instead of passing it on.
func (k *keyboard) watch(from io.Reader, interrupt func()) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		for range bytes.Count(buf[:n], []byte{ctrlC}) {
			interrupt()
		}
		k.press(bytes.ReplaceAll(buf[:n], []byte{ctrlC}, nil), err)
		if err != nil {
			return
		}
	}
}

func (k *keyboard) press(keys []byte, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = append(k.keys, sequences.Replace(string(keys))...)
	k.err = err
	k.arrived.Signal()
}

// sequences makes those that terminals send for some keys those that the line
// editor knows: its Home, End, and left and right by a word.
var sequences = strings.NewReplacer(
	"\x1b[1~", "\x1b[H", "\x1b[7~", "\x1b[H", "\x1bOH", "\x1b[H",
	"\x1b[4~", "\x1b[F", "\x1b[8~", "\x1b[F", "\x1bOF", "\x1b[F",
	"\x1b[1;5D", "\x1b[1;3D", "\x1bb", "\x1b[1;3D",
	"\x1b[1;5C", "\x1b[1;3C", "\x1bf", "\x1b[1;3C",
	"\x1bOA", "\x1b[A", "\x1bOB", "\x1b[B", "\x1bOC", "\x1b[C", "\x1bOD", "\x1b[D",
)

var errEndlessKey = errors.New("a key was typed whose control sequence has no end")

// Read waits for keys.
func (k *keyboard) Read(p []byte) (int, error) {
	if len(p) == 0 { // or else the editor would wait for ever, without waiting
		return 0, errEndlessKey
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.keys) == 0 && k.err == nil {
		k.arrived.Wait()
	}
	n := copy(p, k.keys)
	k.keys = k.keys[n:]
	if n > 0 {
		return n, nil
	}
	return 0, k.err
}
