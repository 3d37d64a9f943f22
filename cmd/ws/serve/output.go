package serve

import (
	"bytes"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// output is the stdout of a command. After its end what it has started may keep
// that open: then it ends when nothing has come for a moment.
type output struct {
	*os.File
	finishing atomic.Bool
}

func (o *output) Read(b []byte) (int, error) {
	if o.finishing.Load() {
		o.wait()
	}
	return o.File.Read(b)
}

// finish says that the command has ended.
func (o *output) finish() {
	o.finishing.Store(true)
	o.wait()
}

func (o *output) wait() { o.SetReadDeadline(time.Now().Add(outputTime)) }

// longestLine is how many bytes of a line of stderr are held until it is whole.
const longestLine = 64 << 10

// prefixed writes whole lines, each behind a prefix. Whether somebody reads them
// is no matter of the one who writes them.
type prefixed struct {
	prefix string
	to     io.Writer
	part   []byte
}

func (w *prefixed) Write(p []byte) (int, error) {
	w.part = append(w.part, p...)
	for {
		line, rest, found := bytes.Cut(w.part, []byte("\n"))
		if !found && len(line) < longestLine {
			return len(p), nil
		}
		io.WriteString(w.to, w.prefix+string(bytes.TrimSuffix(line, []byte("\r")))+"\n")
		w.part = w.part[:copy(w.part, rest)]
	}
}

// end writes what is left.
func (w *prefixed) end() {
	if len(w.part) > 0 {
		w.Write([]byte("\n"))
	}
}
