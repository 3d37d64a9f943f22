package websocket

import (
	"io"
	"time"
)

// pump gives a stream without deadlines one for reading: a goroutine reads
// ahead into memory, and who waits for that memory can stop to wait.
type pump struct {
	io.ReadWriteCloser
	in *halfPipe
}

func newPump(transport io.ReadWriteCloser) *pump {
	p := &pump{transport, newHalfPipe()}
	go p.run()
	return p
}

func (p *pump) run() {
	_, err := io.Copy(p.in, bounded{p})
	if err == nil {
		err = io.EOF
	}
	p.in.closeWrite(err)
}

// bounded reads the stream under a pump, and does not bring nothing for ever.
type bounded struct{ *pump }

func (b bounded) Read(p []byte) (n int, err error) {
	for range emptyReads {
		if n, err = readFrom(b.ReadWriteCloser, p); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// Read delivers what the goroutine has read.
func (p *pump) Read(b []byte) (int, error) { return p.in.Read(b) }

// SetReadDeadline bounds Read.
func (p *pump) SetReadDeadline(at time.Time) error {
	p.in.reading.set(p.in, at)
	return nil
}

// Close closes the stream, and ends reads from the pump first: a stream of which
// nothing is known may take its time.
func (p *pump) Close() error {
	p.in.closeRead()
	return p.ReadWriteCloser.Close()
}
