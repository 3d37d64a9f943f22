package chaos

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Program is what both ends of a connection do, and over what.
type Program struct {
	Seed      uint64
	Transport Transport
	Faults    Faults
	Mode      websocket.CompressionMode
	Budget    int64 // for compression, 0 for none
	Options   [2]websocket.Options
	Trace     bool
	Ends      [2][]Routine  // the server's goroutines and the client's
	Patience  time.Duration // how long the goroutines may take before the finish, in a bubble
	Finish    Finish
}

// The ends, as indexes.
const (
	server = 0
	client = 1
)

var endNames = [2]string{"server", "client"}

// Routine is the steps of a goroutine.
type Routine []Step

// Finish is how the connection is closed after the goroutines, if it is open.
type Finish struct {
	By  int  // the end
	Now bool // with CloseNow
	// Both has the other end close at the same time.
	Both bool
}

// Op is a method of Conn, or something that a program does beside.
type Op string

// The operations.
const (
	opRead        Op = "Read"
	opReadInto    Op = "ReadInto"
	opReadJSON    Op = "ReadJSON"
	opMessages    Op = "Messages"
	opBorrow      Op = "BorrowMessages"
	opReader      Op = "Reader"
	opDiscard     Op = "Discard"
	opWrite       Op = "Write"
	opWriteText   Op = "WriteText"
	opWriteJSON   Op = "WriteJSON"
	opWriter      Op = "Writer"
	opPrepared    Op = "WritePrepared"
	opTryPrepared Op = "TryWritePrepared"
	opBatch       Op = "Batch"
	opFlush       Op = "Flush"
	opPing        Op = "Ping"
	opPong        Op = "Pong"
	opClose       Op = "Close"
	opCloseNow    Op = "CloseNow"
	opSetMax      Op = "SetMaxMessage"
	opPause       Op = "pause"
	opPanic       Op = "panic"
)

// Step is one thing that a goroutine does. Fields that Op has no use for are
// zero.
type Step struct {
	Op    Op
	Ctx   Ctx
	Type  websocket.Type // perhaps with Plain
	Sizes []int          // of messages, of the frames of a Writer
	Bad   bool           // the argument breaks a rule
	Start bool           // StartClose comes before Close
	// N is the number of turns of a loop, of bytes that a Reader reads (all if
	// negative), or the limit of SetMaxMessage.
	N int
	// Body is run in turn At of a loop, in the first ones if At is negative; in
	// the middle of a Reader's or Writer's message.
	Body   []Step
	At     int
	Leave  bool // a Writer is not closed
	Code   websocket.CloseCode
	Reason string
	D      time.Duration // of a pause
}

// Ctx is a kind of context.
type Ctx struct {
	Kind ctxKind
	D    time.Duration // after which it ends
}

type ctxKind uint8

const (
	ctxRun        ctxKind = iota // ends with the program's patience
	ctxBackground                // never ends
	ctxOver                      // has ended before the call
	ctxTimeout                   // ends after D
	ctxCancel                    // is cancelled after D by another goroutine
)

// String returns the kind, with its time.
func (c Ctx) String() string {
	switch c.Kind {
	case ctxBackground:
		return "background"
	case ctxOver:
		return "over"
	case ctxTimeout:
		return fmt.Sprint("timeout ", c.D)
	case ctxCancel:
		return fmt.Sprint("cancel ", c.D)
	}
	return "run"
}

// String returns the program in lines: the connection, then the goroutines.
func (p *Program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %v%v, %v", p.Seed, p.Transport, p.Faults, modeNames[p.Mode])
	if p.Budget > 0 {
		fmt.Fprintf(&b, ", budget %d", p.Budget)
	}
	fmt.Fprintf(&b, ", patience %v, trace %v\n", p.Patience, p.Trace)
	for end, routines := range p.Ends {
		fmt.Fprintf(&b, "%s %s\n", endNames[end], optionsText(p.Options[end]))
		for i, r := range routines {
			fmt.Fprintf(&b, "  goroutine %d\n", i)
			writeSteps(&b, "    ", r)
		}
	}
	fmt.Fprintf(&b, "finish by %s, now %v, both %v\n", endNames[p.Finish.By], p.Finish.Now, p.Finish.Both)
	return b.String()
}

var modeNames = [...]string{"no compression", "compression", "compression with takeover"}

// optionsText returns the options that are not the default.
func optionsText(o websocket.Options) string {
	o.Trace = nil
	var set []string
	for part := range strings.FieldsSeq(strings.Trim(fmt.Sprintf("%+v", o), "{}")) {
		if !strings.HasSuffix(part, ":0") && !strings.HasSuffix(part, ":0s") && !strings.HasSuffix(part, ":<nil>") {
			set = append(set, part)
		}
	}
	return strings.Join(set, " ")
}

func writeSteps(b *strings.Builder, indent string, steps []Step) {
	for _, s := range steps {
		fmt.Fprintf(b, "%s%v\n", indent, s)
		writeSteps(b, indent+"    ", s.Body)
	}
}

// String returns the step without its body.
func (s Step) String() string {
	var b strings.Builder
	if s.Start {
		b.WriteString("StartClose and ")
	}
	b.WriteString(string(s.Op))
	switch s.Op {
	case opClose:
		fmt.Fprintf(&b, "(%v, %d, %d bytes %.20q)", s.Ctx, s.Code, len(s.Reason), s.Reason)
		return b.String()
	case opCloseNow, opPanic:
		return b.String()
	case opPause:
		return fmt.Sprint("pause ", s.D)
	case opSetMax:
		return fmt.Sprintf("SetMaxMessage(%d)", s.N)
	}
	fmt.Fprintf(&b, "(%v)", s.Ctx)
	if len(s.Sizes) > 0 {
		fmt.Fprintf(&b, " %s%s %d", plainText(s.Type), s.Type&^websocket.Plain, s.Sizes)
	}
	if s.N != 0 {
		fmt.Fprintf(&b, " n=%d", s.N)
	}
	if s.Bad {
		b.WriteString(" bad")
	}
	if s.Leave {
		b.WriteString(" left open")
	}
	if len(s.Body) > 0 {
		fmt.Fprintf(&b, " at %d:", s.At)
	}
	return b.String()
}

func plainText(t websocket.Type) string {
	if t&websocket.Plain != 0 {
		return "plain "
	}
	return ""
}
