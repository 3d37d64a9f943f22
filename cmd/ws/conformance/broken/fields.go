package broken

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// maxHead bounds the head of a request or a response.
const maxHead = 64 << 10

var errHead = errors.New("the head is malformed or too long")

// head is that of a request or a response.
type head struct {
	first  string
	fields []field
}

type field struct{ name, value string }

// readHead reads a head. Its error is errHead unless the connection ends.
func readHead(in *bufio.Reader) (h head, err error) {
	var malformed error
	for left := maxHead; left > 0; {
		line, err := in.ReadString('\n')
		if err != nil {
			return h, err
		}
		left -= len(line)
		if !strings.HasSuffix(line, "\r\n") {
			return h, errHead
		}
		line = strings.TrimSuffix(line, "\r\n")
		switch {
		case h.first == "":
			h.first = line
		case line == "":
			return h, malformed
		default:
			name, value, colon := strings.Cut(line, ":")
			if !colon || !token(name) || strings.ContainsAny(value, "\x00\r") {
				malformed = errHead
			}
			h.fields = append(h.fields, field{name, strings.Trim(value, " \t")})
		}
	}
	return h, errHead
}

// values returns the values of all fields of a name.
func (c *conduct) values(h head, name string) (values []string) {
	for _, f := range h.fields {
		if c.same(f.name, name) {
			values = append(values, f.value)
		}
	}
	return values
}

// has reports whether the fields of a name list a value. Only A to Z are other
// letters in another case.
func (c *conduct) has(h head, name, value string) bool {
	return slices.ContainsFunc(c.list(c.values(h, name)), func(element string) bool {
		return lower(element) == value
	})
}

func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// elements returns what fields list.
func elements(values []string) (all []string) {
	for _, v := range values {
		for element := range strings.SplitSeq(v, ",") {
			if element = strings.Trim(element, " \t"); element != "" {
				all = append(all, element)
			}
		}
	}
	return all
}

// token reports whether s may be a name.
func token(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune("()<>@,;:\\\"/[]?={}", r)
	})
}

// accept returns what Sec-WebSocket-Accept has to be for a key.
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
