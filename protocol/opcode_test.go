package protocol

import "testing"

//rfc:6455-5.2-7 6455-5.5-1 6455-5.5.1-1 6455-5.5.2-1 6455-5.5.3-1 6455-5.6-1
func TestOpcodes(t *testing.T) {
	for op, tt := range map[Opcode]struct {
		control, defined bool
		name             string
	}{
		0x0: {false, true, "continuation"},
		0x1: {false, true, "text"},
		0x2: {false, true, "binary"},
		0x3: {false, false, "reserved opcode 0x3"},
		0x7: {false, false, "reserved opcode 0x7"},
		0x8: {true, true, "close"},
		0x9: {true, true, "ping"},
		0xa: {true, true, "pong"},
		0xb: {true, false, "reserved opcode 0xb"},
		0xf: {true, false, "reserved opcode 0xf"},
	} {
		if op.IsControl() != tt.control || op.IsDefined() != tt.defined || op.String() != tt.name {
			t.Errorf("%#x: control %v, defined %v, %q", uint8(op), op.IsControl(), op.IsDefined(), op)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Text.String(), "text"},
		{Binary.String(), "binary"},
		{Server.String(), "server"},
		{Client.String(), "client"},
		{NewEndpoint(Client, nil, nil, nil).Role().String(), "client"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
