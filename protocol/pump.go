package protocol

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

func newPump(stream io.ReadWriteCloser) *pump {
	p := &pump{stream, newHalfPipe()}
	go func() {
		_, err := io.Copy(p.in, stream)
		if err == nil {
			err = io.EOF
		}
		p.in.closeWrite(err)
	}()
	return p
}

// Read delivers what the goroutine has read.
func (p *pump) Read(b []byte) (int, error) { return p.in.Read(b) }

// SetReadDeadline bounds Read.
func (p *pump) SetReadDeadline(at time.Time) error {
	p.in.reading.set(p.in, at)
	return nil
}

// Close closes the stream without waiting for it: a stream of which nothing is
// known may take its time.
func (p *pump) Close() error {
	p.in.closeRead()
	go p.ReadWriteCloser.Close()
	return nil
}
