package connect

import (
	"cmp"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/websocket"
)

// check finds mistakes in the flags and the URL.
func (o *flags) check(url string) error {
	switch {
	case o.ping < 0:
		return command.BadUsage("-ping has to be positive")
	case o.keepalive < 0:
		return command.BadUsage("-keepalive has to be positive or 0")
	case o.heartbeat != "" && o.keepalive == 0:
		return command.BadUsage("-text-heartbeat goes with a -keepalive that is not 0")
	case !utf8.ValidString(o.heartbeat):
		return command.BadUsage("-text-heartbeat is not UTF-8")
	case o.readLimit <= 0:
		return command.BadUsage("-read-limit has to be positive")
	case o.hex && (o.binary || o.json):
		return command.BadUsage("-hex goes with neither -binary nor -json")
	case o.script != "" && o.talks():
		return command.BadUsage("-script goes with no other flag about messages, the end, pings and reconnecting")
	}
	return cmp.Or(o.framing.check(), o.Offer.Check(url))
}

// talks reports whether there are flags that a script has no use for.
func (o *flags) talks() bool {
	return o.binary || o.hex || o.exec != "" || o.json || !o.framing.lines() || o.wait.Given || o.most.Value > 0 ||
		o.ping > 0 || o.heartbeat != "" || o.reconnect
}

// messageType is that of what is sent.
func (o *flags) messageType() websocket.Type {
	if o.binary || o.hex {
		return websocket.Binary
	}
	return websocket.Text
}

// session returns what the flags make of a connection that is yet to be opened.
func (o *flags) session(screen *screen) *session {
	s := &session{o: o, screen: screen, typ: o.messageType(), unit: "message"}
	if o.framing.lines() {
		s.unit = "line"
	}
	times := screen.env.Times
	s.answers = newAnswers(cmp.Or(times.Answer, answerTime), cmp.Or(times.Quiet, quietTime))
	return s
}

// options returns what the flags mean for the library.
func (o *flags) options(s *session) (*client.Options, error) {
	options, err := o.Options()
	if err != nil {
		return nil, err
	}
	c := &options.Conn
	c.MaxMessage, c.MaxFragments = o.readLimit, -1
	c.CloseTimeout = cmp.Or(s.screen.env.Times.Close, reach.CloseTime)
	// Whoever takes long over a frame shows signs of life.
	c.Keepalive, c.WriteTimeout, c.FrameTimeout = cmp.Or(o.keepalive, -1), cmp.Or(2*o.keepalive, -1), -1
	if o.heartbeat != "" {
		c.Keepalive = -1
	}
	c.Trace = &websocket.Trace{FrameRead: s.answers.frame}
	if o.frames {
		s.screen.trace(c.Trace)
	}
	return options, nil
}
