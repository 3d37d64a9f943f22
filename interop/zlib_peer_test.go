package interop

import (
	"bufio"
	"encoding/binary"
	"io"
	"os/exec"
	"testing"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// zlibPeer is the zlib of Debian's Python, one compressor and one decompressor,
// in a process of its own.
type zlibPeer struct {
	*testing.T
	in  io.Writer
	out *bufio.Reader
}

func startZlib(t *testing.T) *zlibPeer {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import zlib").Run() != nil {
			continue
		}
		cmd := prepare(t, name, "peers/zlib_oracle.py")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		start(t, cmd)
		return &zlibPeer{t, in, bufio.NewReader(out)}
	}
	programs.Missing(t, "Python's zlib", "apt-get install python3")
	return nil
}

// ask makes a request of a letter, parameters and data, and returns the answer.
func (z *zlibPeer) ask(what byte, parameters []byte, data []byte) []byte {
	z.Helper()
	request := binary.LittleEndian.AppendUint32(nil, uint32(1+len(parameters)+len(data)))
	request = append(append(append(request, what), parameters...), data...)
	if _, err := z.in.Write(request); err != nil {
		z.Fatal(err)
	}
	var size [4]byte
	if _, err := io.ReadFull(z.out, size[:]); err != nil {
		z.Fatal(err)
	}
	answer := make([]byte, binary.LittleEndian.Uint32(size[:]))
	if _, err := io.ReadFull(z.out, answer); err != nil {
		z.Fatal(err)
	}
	if answer[0] != 0 {
		z.Fatalf("zlib: %s", answer[1:])
	}
	return answer[1:]
}

// A zlibFlush is what zlib does at the end of a piece.
type zlibFlush byte

const (
	zlibNoFlush      zlibFlush = 0 // what comes out may wait
	zlibPartialFlush zlibFlush = 1 // an empty block with fixed codes, not at a byte's end
	zlibSyncFlush    zlibFlush = 2 // an empty stored block
	zlibFullFlush    zlibFlush = 3 // the same, and nothing looks back beyond it
	zlibFinish       zlibFlush = 4 // the block has BFINAL 1
	zlibBlock        zlibFlush = 5 // the block ends, not at a byte's end
)

// zlibSettings are the parameters of zlib's deflateInit2.
type zlibSettings struct{ windowBits, level, memLevel, strategy byte }

// newCompressor begins anew, with what was sent before in the window.
func (z *zlibPeer) newCompressor(s zlibSettings, history []byte) {
	z.Helper()
	z.ask('C', []byte{s.windowBits, s.level, s.memLevel, s.strategy}, history)
}

func (z *zlibPeer) compress(p []byte, flush zlibFlush) []byte {
	z.Helper()
	return z.ask('c', []byte{byte(flush)}, p)
}

func (z *zlibPeer) newDecompressor(windowBits int) {
	z.Helper()
	z.ask('D', []byte{byte(windowBits)}, nil)
}

// decompress inflates the message and the tail. Matches may reach beyond the
// window by less than slack bytes without zlib's noticing.
func (z *zlibPeer) decompress(message []byte, slack int) []byte {
	z.Helper()
	message = append(message[:len(message):len(message)], zlibTail...)
	return z.ask('d', binary.LittleEndian.AppendUint16(nil, uint16(slack)), message)
}

// zlibTail is what the sender of a message takes off (RFC 7692 section 7.2.1).
const zlibTail = "\x00\x00\xff\xff"
