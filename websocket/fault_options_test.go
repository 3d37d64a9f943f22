package websocket_test

import (
	"errors"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// A level of compression that does not exist was found out at the first message, by a panic within the compressor. Right
// is an OptionError at once.
func TestFaultLevelIsFoundOutByAPanic(t *testing.T) {
	for option, d := range map[string]*protocol.Deflate{
		"Deflate.Level":        {Level: 12},
		"Deflate.Send.Bits":    {Send: protocol.DeflateWindow{Bits: 16}},
		"Deflate.Receive.Bits": {Receive: protocol.DeflateWindow{Bits: 7}},
	} {
		var wrong *OptionError
		if err := d.Check(); !errors.As(err, &wrong) || wrong.Option != option {
			t.Errorf("%s: Check returned %v", option, err)
		}
		a, _ := StreamPair()
		func() {
			defer func() {
				if err, _ := recover().(error); !errors.As(err, &wrong) || wrong.Option != option {
					t.Errorf("%s: NewConn panicked with %v", option, err)
				}
			}()
			NewConn(a, Server, Setup{Deflate: d}, Options{})
		}()
	}
}
