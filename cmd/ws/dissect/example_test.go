package dissect_test

import (
	"fmt"
	"os"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// A client's frames are taken apart: a masked "Hello", and one that breaks a
// rule.
func Example() {
	d := dissect.NewDecoder(dissect.Config{From: protocol.Client})
	d.Write([]byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x81\x02Hi"))
	var parts []*dissect.Part
	for p, ok := d.Next(); ok; p, ok = d.Next() {
		parts = append(parts, p)
		if v := p.Violation; v != nil {
			fmt.Printf("%s at byte %d: %s\n%s\n\n", v.Field, v.Offset, v.Text, dissect.Explain(v.Rule).Text)
		}
	}
	for _, f := range parts[0].Fields[4:7] {
		fmt.Printf("%2d %2d bits  %s = %s (section %s)\n", f.Bit, f.Bits, f.Name, f.Value, f.Section)
	}
	fmt.Println()
	dissect.Dump(os.Stdout, protocol.Server, parts)
	// Output:
	// MASK at byte 12: a frame from the client is not masked
	// A server that receives an unmasked frame must close the connection.
	//
	//  4  4 bits  opcode = 0x1 text (section 5.6)
	//  8  1 bits  MASK = 1 (section 5.1)
	//  9  7 bits  Payload len = 5 (section 5.2)
	//
	// < 81 85 37 fa 21 3d 7f 9f 4d 51 58                        | FIN text mask=37fa213d len=5 "Hello"
	// event   text fin "Hello"
	// < 81 02 48 69                                             | FIN text len=2 "Hi"
	// fail    1002 6455-5.1-3
}
