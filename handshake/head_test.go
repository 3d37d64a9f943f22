package handshake

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func headOf(fields int) string {
	return "GET / HTTP/1.1\r\n" + strings.Repeat("A: b\r\n", fields) + "\r\n"
}

//rfc:6455-10.7-2 6455-10.7-4
func TestHeadLimits(t *testing.T) {
	long := "GET /" + strings.Repeat("a", 17000) + " HTTP/1.1\r\n\r\n"
	exact := "GET /" + strings.Repeat("a", 16384-len("GET / HTTP/1.1\r\n\r\n")) + " HTTP/1.1\r\n\r\n"
	for _, c := range []struct {
		name   string
		head   string
		limits Limits
		option string // of the error; "" for none
	}{
		{"default fields", headOf(100), Limits{}, ""},
		{"one field too many", headOf(101), Limits{}, "Options.MaxHeaderLines"},
		{"raised fields", headOf(101), Limits{Lines: 101}, ""},
		{"default bytes", exact, Limits{}, ""},
		{"one byte too many", strings.Replace(exact, "/", "/a", 1), Limits{}, "Options.MaxHeaderBytes"},
		{"one byte too few allowed", exact, Limits{Bytes: 16383}, "Options.MaxHeaderBytes"},
		{"raised bytes", long, Limits{Bytes: 18000}, ""},
		{"a negative limit is the default", long, Limits{Bytes: -1}, "Options.MaxHeaderBytes"},
		{"no end in sight", long[:16384], Limits{}, "Options.MaxHeaderBytes"},
	} {
		_, n, err := ParseRequest([]byte(c.head), c.limits)
		if c.option == "" {
			if err != nil || n != len(c.head) {
				t.Errorf("%s: %d, %v", c.name, n, err)
			}
			continue
		}
		wantRefusal(t, c.name, err, 431, "6455-10.7-4")
		if e := (*Error)(nil); errors.As(err, &e) && (e.Option != c.option || !strings.Contains(err.Error(), c.option)) {
			t.Errorf("%s: %v does not name %s", c.name, err, c.option)
		}
	}
	_, _, err := ParseResponse([]byte("HTTP/1.1 101 "+strings.Repeat("a", 17000)), Limits{})
	wantRefusal(t, "response", err, 0, "6455-10.7-2")
}

func TestHeadIncomplete(t *testing.T) {
	for _, b := range []string{"", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\r"} {
		if r, n, err := ParseRequest([]byte(b), Limits{}); r != nil || n != 0 || err != io.ErrUnexpectedEOF {
			t.Errorf("ParseRequest(%q) = %v, %d, %v", b, r, n, err)
		}
	}
	for _, b := range []string{"", "HTT", "HTTP/1.1 101 \r\n", "HTTP/1.1 101 \r\n\r"} {
		if r, n, err := ParseResponse([]byte(b), Limits{}); r != nil || n != 0 || err != io.ErrUnexpectedEOF {
			t.Errorf("ParseResponse(%q) = %v, %d, %v", b, r, n, err)
		}
	}
}

// While a head is incomplete, asking again costs no memory.
func TestHeadIncompleteAllocatesNothing(t *testing.T) {
	b := []byte(headOf(90))
	if n := testing.AllocsPerRun(100, func() { ParseRequest(b[:len(b)-1], Limits{}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
