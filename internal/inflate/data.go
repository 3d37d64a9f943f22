package inflate

import "encoding/binary"

// data inflates what is in a block with codes (RFC 1951 section 3.2.5), up to
// its end, the end of the input or as far as out has room.
//
//rfc:7692-7.2.3.1-1 7692-7.2.3.2-1 7692-7.2.3.5-1
func (z *Inflater) data() (more bool, err error) {
	for {
		if err := z.fast(); err != nil {
			return false, err
		}
		for range 8 { // until it can be fast again, or not any more
			if z.pos >= chunk {
				return true, nil
			}
			more, err := z.symbol()
			if !more || err != nil || z.step != stepData {
				return more, err
			}
		}
	}
}

// symbol inflates a literal, a match or the end of the block if the input has
// all of it.
func (z *Inflater) symbol() (more bool, err error) {
	z.need(56)
	e, before := lookUp(z.lit[:], literalBits, z.bits)
	switch {
	case e.size()+before > z.n:
		return false, nil
	case e&invalid != 0:
		return false, ErrCorrupt
	case e&endOfBlock != 0:
		z.take(e.size() + before)
		return true, z.endBlock()
	case e&literal != 0:
		if z.pos >= z.most {
			return false, ErrTooLong
		}
		z.take(e.size() + before)
		z.out[z.pos] = byte(e.value())
		z.pos++
		return true, nil
	}
	length := e.value() + e.extra(z.bits>>before)
	used := e.size() + before
	e, before = lookUp(z.dist[:], distanceBits, z.bits>>used)
	if used+e.size()+before > z.n {
		return false, nil
	}
	if e&invalid != 0 {
		return false, ErrCorrupt
	}
	distance := e.value() + e.extra(z.bits>>(used+before))
	z.take(used + e.size() + before)
	if z.pos+length > z.most {
		return false, ErrTooLong
	}
	return true, z.match(length, distance)
}

// lookUp finds what the next bits mean, and how many come before those that
// the entry counts.
func lookUp(t []entry, width int, bits uint64) (e entry, before uint) {
	e = t[bits&(1<<width-1)]
	if e&link == 0 {
		return e, 0
	}
	before = e.size()
	e, _ = e.follow(t, bits)
	return e, before
}

// match repeats length bytes from distance bytes before.
//
//rfc:7692-7.2.3.2-2 7692-7.2.3.2-3
func (z *Inflater) match(length, distance int) error {
	back := distance - z.pos
	if distance > z.reach || back > z.win.have() {
		return ErrCorrupt
	}
	if back > 0 {
		n := min(length, back)
		z.win.copyTo(z.out[z.pos:z.pos+n], back)
		z.pos += n
		length -= n
	}
	for from := z.pos - distance; length > 0; {
		n := copy(z.out[z.pos:z.pos+length], z.out[from:z.pos])
		z.pos += n
		length -= n
	}
	return nil
}

// fast is symbol in a loop, as long as neither the input nor out can end in
// the middle of a symbol. It leaves the end of the block to symbol. After fill
// there are 56 bits; a literal takes 15 at most, a length and a distance 48.
func (z *Inflater) fast() error {
	lit, out, in, pos := z.lit, &z.out, z.in, z.pos
	b := bitBuffer{z.bits, z.n}
	last := min(chunk, z.most-maxMatch)
	var err error
	for err == nil && len(in) >= 16 && pos < last {
		b, in = b.fill(in)
		e := lit[b.bits&(1<<literalBits-1)]
		if e&literal != 0 {
			out[pos] = byte(e >> 16)
			pos++
			b, in = b.drop(e).fill(in)
			e = lit[b.bits&(1<<literalBits-1)]
		}
		if e&isSpecial != 0 {
			long, ok := e.follow(lit[:], b.bits)
			if !ok {
				break
			}
			b, e = b.drop(e), long
		}
		if e&literal != 0 {
			out[pos] = byte(e >> 16)
			pos++
			b = b.drop(e)
			continue
		}
		length := e.value() + e.extra(b.bits)
		b = b.drop(e)
		e = z.dist[b.bits&(1<<distanceBits-1)]
		if e&isSpecial != 0 {
			long, ok := e.follow(z.dist[:], b.bits)
			if !ok {
				err = ErrCorrupt
				break
			}
			b, e = b.drop(e), long
		}
		distance := e.value() + e.extra(b.bits)
		b = b.drop(e)
		if length > 16 || distance < 8 || distance > min(pos, z.reach) {
			z.pos = pos
			err = z.match(length, distance)
			pos = z.pos
			continue
		}
		from := pos - distance
		d, s := out[pos:pos+16], out[from:from+16]
		binary.LittleEndian.PutUint64(d, binary.LittleEndian.Uint64(s))
		binary.LittleEndian.PutUint64(d[8:], binary.LittleEndian.Uint64(s[8:]))
		pos += length
	}
	z.in, z.bits, z.n, z.pos = in, b.bits&(1<<(b.n&63)-1), b.n, pos
	return err
}

// bitBuffer is the bits taken from the input, as fast has them at hand: those
// above the first n are the input's too.
type bitBuffer struct {
	bits uint64
	n    uint
}

// fill fills b up to 56 bits or more from in, of at least 8 bytes.
func (b bitBuffer) fill(in []byte) (bitBuffer, []byte) {
	return bitBuffer{b.bits | binary.LittleEndian.Uint64(in)<<(b.n&63), b.n | 56}, in[(63-b.n)>>3:]
}

// drop takes off the bits that an entry was found by.
func (b bitBuffer) drop(e entry) bitBuffer {
	return bitBuffer{b.bits >> (e.size() & 63), b.n - e.size()}
}
