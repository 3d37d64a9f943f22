package broken

import (
	"io"
)

var closeFaults = map[string]change{
	// What is taken.
	"close-1-byte-accepted":     lax(closeOfOneByte),
	"close-below-1000-accepted": accepts(func(code int) bool { return code < 1000 }),
	"close-1004-accepted":       accepts(is(1004)),
	"close-1005-accepted":       accepts(is(1005)),
	"close-1006-accepted":       accepts(is(1006)),
	"close-1015-accepted":       accepts(is(1015)),
	"close-1016-accepted":       accepts(func(code int) bool { return code >= 1016 && code < 3000 }),
	"close-5000-accepted":       accepts(func(code int) bool { return code >= 5000 }),
	"close-code-echoed":         lax(closeCode),
	"close-reason-unchecked":    lax(closeReason),
	"close-empty-refused":       refuses(func(body []byte) bool { return len(body) == 0 }),
	"close-reason-refused":      refuses(func(body []byte) bool { return len(body) > 2 }),
	"close-long-reason-refused": refuses(func(body []byte) bool { return len(body) > 64 }),
	"close-3000-refused":        refusesCodes(3000, 3999),
	"close-4000-refused":        refusesCodes(4000, 4999),
	"close-1012-refused":        refusesCodes(1012, 1014),
	"close-1007-refused":        refusesCodes(1007, 1011),
	"close-1001-refused":        refusesCodes(1001, 1003),
	"close-waits-for-message": receives(func(s *session, f *frame) error {
		if f.opcode == opClose && s.within {
			return errDrop
		}
		return nil
	}),

	// How it is answered.
	"close-unanswered":          answers(func(s *session, _ []byte) error { return nil }),
	"close-answered-by-the-end": answers(func(*session, []byte) error { return io.EOF }),
	"close-answered-twice": answers(func(s *session, body []byte) error {
		s.put(closeFrame(1000))
		return answerClose(s, body)
	}),
	"close-answered-1005":   answersCode(1005),
	"close-answered-999":    answersCode(999),
	"close-answered-1002":   answersCode(1002),
	"close-answered-1-byte": answersBody("\x03"),
	"close-answered-126":    answersBody("\x03\xe8" + string(make([]byte, 124))),
	"close-answered-latin1": answersBody("\x03\xe8adi\xf3s"),
	"close-then-data": answers(func(s *session, body []byte) error {
		s.put(closeFrame(1000))
		s.put(frame{fin: true, opcode: opText, payload: []byte("one more thing")})
		return errHangUp
	}),
	"close-then-echo": answers(func(s *session, body []byte) error {
		return s.put(closeFrame(1000))
	}),
	"close-leaves-tcp-open": answers(func(s *session, body []byte) error {
		answerClose(s, body)
		return errWait
	}),

	// How connections fail.
	"failure-by-the-end":   fails(func(*session, failure) error { return io.EOF }),
	"failure-by-1000":      fails(func(s *session, _ failure) error { return failBy(s, 1000) }),
	"failure-by-1006":      fails(func(s *session, _ failure) error { return failBy(s, 1006) }),
	"failure-then-echo":    fails(func(s *session, code failure) error { return s.put(closeFrame(int(code))) }),
	"failure-leaves-tcp":   fails(func(s *session, code failure) error { failBy(s, code); return errWait }),
	"failure-without-end":  fails(func(*session, failure) error { return errWait }),
	"utf8-failure-by-1002": fails(func(s *session, _ failure) error { return failBy(s, protocolError) }),
}

func answers(answer func(s *session, body []byte) error) change {
	return func(c *conduct) { c.answer = answer }
}

func answersCode(code int) change { return answersBody(string(closeFrame(code).payload)) }

// answersBody sends the same Close frame whatever comes.
func answersBody(body string) change {
	return answers(func(s *session, _ []byte) error {
		s.put(frame{fin: true, opcode: opClose, payload: []byte(body)})
		return errHangUp
	})
}

func fails(fail func(s *session, code failure) error) change {
	return func(c *conduct) { c.fail = fail }
}

func is(code int) func(int) bool { return func(c int) bool { return c == code } }

// accepts takes more codes than there are, and answers by 1000.
func accepts(codes func(code int) bool) change {
	return both(answersCode(1000), func(c *conduct) {
		c.code = func(code int) bool { return sendable(code) || codes(code) }
	})
}

func refuses(bodies func(body []byte) bool) change {
	return receives(func(_ *session, f *frame) error {
		if f.opcode == opClose && bodies(f.payload) {
			return protocolError
		}
		return nil
	})
}

func refusesCodes(first, last int) change {
	return func(c *conduct) {
		c.code = func(code int) bool { return sendable(code) && (code < first || code > last) }
	}
}
