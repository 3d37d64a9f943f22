package protocol

import "fmt"

// Opcode says what a frame's payload is (section 5.2). Four bits go over the
// wire.
//
//rfc:6455-5.2-7
type Opcode uint8

// The opcodes that section 5.2 defines. All others are reserved.
//
//rfc:6455-5.5.1-1 6455-5.5.2-1 6455-5.5.3-1 6455-5.6-1
const (
	OpContinuation Opcode = 0x0
	OpText         Opcode = 0x1
	OpBinary       Opcode = 0x2
	OpClose        Opcode = 0x8
	OpPing         Opcode = 0x9
	OpPong         Opcode = 0xA
)

// IsControl reports whether o is the opcode of a control frame, reserved ones
// included (section 5.5).
//
//rfc:6455-5.5-1
func (o Opcode) IsControl() bool { return o&0x8 != 0 }

// IsDefined reports whether section 5.2 gives o a meaning.
//
//rfc:6455-5.2-6
func (o Opcode) IsDefined() bool { return o <= OpBinary || o >= OpClose && o <= OpPong }

// String returns the RFC's word for o in lower case, such as "ping".
func (o Opcode) String() string {
	switch o {
	case OpContinuation:
		return "continuation"
	case OpText:
		return "text"
	case OpBinary:
		return "binary"
	case OpClose:
		return "close"
	case OpPing:
		return "ping"
	case OpPong:
		return "pong"
	}
	return fmt.Sprintf("reserved opcode %#x", uint8(o))
}

// Type is the type of a message: Text or Binary (section 5.6). Its value is
// the opcode of the message's first frame.
type Type uint8

// The types of messages.
const (
	Text   = Type(OpText)   // UTF-8
	Binary = Type(OpBinary) // any bytes
)

// Plain is added to the type of a message to be sent so that it is not
// compressed, whatever was agreed on: Write(ctx, Text|Plain, p). That is for
// data which is compressed already, and for secrets: if text that an attacker
// can choose is compressed together with a secret, or after it with context
// takeover, the length of the frames tells how much the two have in common, and
// repeated tries find the secret out (RFC 7692 section 8). Received messages
// never have it.
//
//rfc:7692-8-1
const Plain Type = 0x80

// String returns "text" or "binary".
func (t Type) String() string { return Opcode(t &^ Plain).String() }

// Role is the side of the connection that an endpoint plays.
type Role uint8

// The roles. They differ in masking (section 5.1) and in who closes TCP first
// (section 7.1.1).
const (
	Server Role = iota
	Client
)

// String returns "server" or "client".
func (r Role) String() string {
	if r == Client {
		return "client"
	}
	return "server"
}
