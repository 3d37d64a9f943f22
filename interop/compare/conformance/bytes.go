package conformance

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// cutRepeat takes the repetition off a word: 00*256.
func cutRepeat(word string) (rest string, times int, err error) {
	i := strings.LastIndexByte(word, '*')
	if i < 0 || strings.HasSuffix(word, `"`) {
		return word, 1, nil
	}
	times, err = strconv.Atoi(word[i+1:])
	return word[:i], times, err
}

func parseHex(s string) (all []byte, err error) {
	for _, word := range strings.Fields(s) {
		digits, times, err := cutRepeat(word)
		if err != nil {
			return nil, err
		}
		b, err := hex.DecodeString(digits)
		if err != nil {
			return nil, err
		}
		all = append(all, strings.Repeat(string(b), times)...)
	}
	return all, nil
}

func parseQuoted(s string) (string, error) {
	quoted, times, err := cutRepeat(s)
	if err != nil {
		return "", err
	}
	one, err := strconv.Unquote(quoted)
	return strings.Repeat(one, times), err
}

// mostLacking is the longest payload that is completed for a server that wants
// all of a frame. Nobody waits for 2^63 bytes.
const mostLacking = 1 << 17

// mask masks the frames of all turns, if they stand unmasked, and finds out
// what the last one lacks. A turn is whole frames, except for the last.
func (p *parser) mask() {
	for i := range p.turns {
		t := &p.turns[i]
		in := t.bytes
		t.bytes = nil
		for len(in) > 0 {
			h, n, err := protocol.ParseHeader(in)
			if err != nil {
				t.bytes = append(t.bytes, in...)
				break
			}
			if h.RSV&rsv1 != 0 && begins(h) {
				p.compressed++
			}
			if p.bare {
				h.Masked, h.Key = true, p.key
			}
			end := n + int(min(h.Length, uint64(len(in)-n)))
			t.bytes = append(t.bytes, p.frame(in[:n], in[n:end], h)...)
			if lacking := h.Length - uint64(end-n); lacking <= mostLacking {
				p.rest = make([]byte, lacking)
				if h.Masked {
					mask.XOR(p.rest, h.Key, end-n)
				}
			}
			in = in[end:]
		}
	}
}

// frame masks a frame if that is to be done. The header stays as it is
// otherwise: it may break rules that AppendHeader would keep.
func (p *parser) frame(head, payload []byte, h protocol.Header) []byte {
	if !p.bare {
		return append(head[:len(head):len(head)], payload...)
	}
	const maskBit = 0x80
	out := append([]byte{head[0], head[1] | maskBit}, head[2:]...)
	out = append(out, h.Key[:]...)
	at := len(out)
	out = append(out, payload...)
	mask.XOR(out[at:], h.Key, 0)
	return out
}
