package tls

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// The types of records.
const (
	changeCipherSpec = 20
	alert            = 21
	handshake        = 22
	applicationData  = 23
)

const (
	headerSize = 5
	maxRecord  = 1<<14 + 2048
	// mostLost is how many records in a row may be missing.
	mostLost = 4096
)

// side is one direction.
type side struct {
	in       []byte // not read yet, from the header of a record on
	skip     int64  // bytes of a record that is not whole
	lost     int64  // bytes missing before in, of records of which nothing is known
	keys     *keys  // nil while records are in clear
	secret   []byte // of keys, in TLS 1.3
	messages []byte // handshake messages, up to the part that is there of the last
}

// What is wrong with records.
var (
	errNoRecord = errors.New("what it sends are no records of TLS")
	errShort    = errors.New("a record is too short")
	errLost     = errors.New("bytes are missing, and what comes after them cannot be decrypted")
	errKeys     = errors.New("a record cannot be decrypted with the secrets of the key log")
)

// Is reports whether b begins with a record of TLS.
func Is(b []byte) bool {
	return len(b) > 2 && b[0] >= changeCipherSpec && b[0] <= applicationData && b[1] == 3 && b[2] <= 4
}

func (s *side) write(b []byte) {
	n := min(s.skip, int64(len(b)))
	s.skip -= n
	s.in = append(s.in, b[n:]...)
}

// next returns the next record, header included, if all of it is there.
func (s *side) next() (record []byte, ok bool, err error) {
	if len(s.in) < headerSize {
		return nil, false, nil
	}
	size := headerSize + int(binary.BigEndian.Uint16(s.in[3:]))
	switch {
	case (!Is(s.in) || size > maxRecord) && s.lost > 0:
		return nil, false, errLost
	case !Is(s.in) || size > maxRecord:
		return nil, false, errNoRecord
	}
	if len(s.in) < size {
		return nil, false, nil
	}
	return s.in[:size], true, nil
}

// open returns what is in a record, and how much data is missing before it.
func (s *side) open(record []byte, v13 bool) (missing int64, content []byte, kind byte, err error) {
	if kind = record[0]; s.keys == nil || v13 && kind == changeCipherSpec {
		return 0, bytes.Clone(record[headerSize:]), kind, nil
	}
	var between uint64 // records that are missing
	for content, err = s.keys.open(record, s.keys.seq, v13); err != nil && s.lost > 0 && between < mostLost; between++ {
		content, err = s.keys.open(record, s.keys.seq+between+1, v13)
	}
	switch {
	case err != nil && s.lost > 0:
		return 0, nil, 0, errLost
	case err != nil:
		return 0, nil, 0, errKeys
	}
	missing = max(0, s.lost-int64(between)*int64(headerSize+s.keys.overhead(v13)))
	s.lost = 0
	s.keys.seq += between + 1
	if v13 {
		content = bytes.TrimRight(content, "\x00")
		if len(content) == 0 {
			return 0, nil, 0, errShort
		}
		kind, content = content[len(content)-1], content[:len(content)-1]
	}
	return missing, content, kind, nil
}

// gap says that bytes are missing. If they are in one record it is known how
// much data that had.
func (s *side) gap(missing int64, v13 bool) (data int64, known bool) {
	have := int64(len(s.in))
	if s.skip >= missing { // they are in the record that is given up
		s.skip -= missing
		return 0, false
	}
	missing -= s.skip
	s.skip = 0
	if s.keys != nil && have >= headerSize {
		size := headerSize + int64(binary.BigEndian.Uint16(s.in[3:]))
		if rest := size - have - missing; rest >= 0 {
			s.in, s.skip = nil, rest
			s.keys.seq++
			return max(0, size-int64(headerSize+s.keys.overhead(v13))), true
		}
	}
	s.in, s.lost = nil, s.lost+have+missing
	return 0, false
}
